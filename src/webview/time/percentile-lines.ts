import type uPlot from 'uplot';
import type { Percentiles } from '../../analysis/spread.ts';

const LABEL_GAP = 6;

/** Draws the percentiles over a plot: a dashed line each, and above it the name if there is room for it. */
export function drawPercentiles(
  plot: uPlot,
  { p50, p90, p99, max }: Percentiles,
  toAxis: (timeNs: number) => number,
  colour: string,
  background: string,
  font: string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace(/\d+/, (pixels) => String(Number(pixels) * ratio));
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'center';
  ctx.lineWidth = ratio;
  let free = -Infinity;
  for (const [name, value] of [
    ['median', p50],
    ['90 %', p90],
    ['99 %', p99],
    ['longest', max],
  ] as const) {
    const x = Math.round(plot.valToPos(toAxis(value), 'x', true)) + 0.5;
    for (const [stroke, dash] of [
      [background, []],
      [colour, [4 * ratio, 3 * ratio]],
    ] as const) {
      ctx.beginPath();
      ctx.strokeStyle = stroke;
      ctx.setLineDash([...dash]);
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    const half = ctx.measureText(name).width / 2;
    const centre = Math.max(free + half, Math.min(x, bbox.left + bbox.width - half));
    // A name that would stand far from its line is left out; the table has all of them.
    if (Math.abs(centre - x) > half + LABEL_GAP * ratio) continue;
    ctx.fillStyle = colour;
    ctx.fillText(name, centre, bbox.top - 3 * ratio);
    free = centre + half + LABEL_GAP * ratio;
  }
  ctx.restore();
}
