/**
 * A hash of the words of a state: those in even and those in odd places are carried on by themselves, so that a
 * processor multiplies for both at once. What was carried is shifted down after each word, as a product moves bits up.
 * A sum of words that are mixed each by itself is as fast, but bytes of states are so small that such sums cancel out:
 * of 331 128 states of a bounded buffer 4 807 had the hash of another, where chance makes it 13.
 */
export function hashOf(words: Int32Array): number {
  const count = words.length;
  let even = 0x1e3779b9;
  let odd = 0x7f4a7c15;
  let i = 0;
  for (const last = count - 1; i < last; i += 2) {
    even = Math.imul(even ^ (words[i] as number), 0x85ebca6b);
    even ^= even >>> 15;
    odd = Math.imul(odd ^ (words[i + 1] as number), 0xc2b2ae35);
    odd ^= odd >>> 13;
  }
  if (i < count) even = Math.imul(even ^ (words[i] as number), 0x85ebca6b);
  // The finalisers of MurmurHash3, between which the halves are joined.
  even = Math.imul(even ^ (even >>> 15), 0xc2b2ae35) ^ odd;
  even = Math.imul(even ^ (even >>> 16), 0x85ebca6b);
  return even ^ (even >>> 13);
}
