import uPlot from 'uplot';
import type { Spread } from '../../analysis/spread.ts';
import { pageColours } from '../diagram/theme.ts';
import { clock } from '../format.ts';
import { bucketsOf, logarithmicMarks, needsLogarithm, percentilesOf, stackedSteps } from './spread-data.ts';
import type { Measure } from './spread-data.ts';
import { drawPercentiles } from './percentile-lines.ts';
import type { SpreadChart } from './spread-view.ts';
import { timeTicks } from './time-axis.ts';
import type { Tick } from './time-axis.ts';

const HEIGHT = 150;
const FONT = '11px system-ui, sans-serif';

/** Puts a histogram into a place. It is drawn anew for another spread, another theme and another width. */
export function spreadChart(place: HTMLElement, readout: HTMLElement): SpreadChart {
  let shown: { readonly spread: Spread; readonly measure: Measure } | null = null;
  let plot: uPlot | null = null;
  const draw = (): void => {
    plot?.destroy();
    plot = null;
    readout.textContent = '';
    place.replaceChildren();
    if (shown && place.clientWidth > 0 && bucketsOf(shown.spread, shown.measure).length > 0) {
      plot = histogramPlot(place, shown.spread, shown.measure, readout);
    }
  };
  new ResizeObserver(() => {
    if (plot?.width === place.clientWidth) return;
    if (plot && place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT });
    else draw();
  }).observe(place);
  new MutationObserver(draw).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
  return {
    show(spread, measure) {
      shown = { spread, measure };
      draw();
    },
  };
}

function histogramPlot(place: HTMLElement, spread: Spread, measure: Measure, readout: HTMLElement): uPlot {
  const buckets = bucketsOf(spread, measure);
  const { edges, stacks } = stackedSteps(buckets);
  const logarithmic = needsLogarithm(buckets);
  const { width, colour } = look(place);
  const first = edges[0] ?? 0;
  const last = edges.at(-1) ?? 1;
  const margin = logarithmic ? 0 : (last - first) * 0.02;
  // An axis of logarithms rather than uPlot's own: the marks of ours are the same at every width.
  const toAxis = (timeNs: number): number => (logarithmic ? Math.log10(Math.max(1, timeNs)) : timeNs);
  const toTime = (value: number): number => (logarithmic ? 10 ** value : value);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  // The highest stack first, so that those below are drawn over it.
  const order = stacks.map((_, kind) => stacks.length - 1 - kind);
  const options: uPlot.Options = {
    width,
    height: HEIGHT,
    padding: [18, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: {
        time: false,
        range: () => [toAxis(Math.max(0, first - margin)), toAxis(last + margin)],
      },
      y: { range: (_, __, most) => [0, most] },
    },
    axes: [
      {
        font: FONT,
        stroke: colour.text,
        ticks: { stroke: colour.line, size: 4 },
        grid: { stroke: colour.line, width: 1 },
        size: 24,
        gap: 2,
        splits: ({ width: present }, _, from, to) =>
          marksOf(toTime(from), toTime(to), present, logarithmic).map(({ timeNs }) => toAxis(timeNs)),
        values: ({ width: present, scales: { x } }) =>
          marksOf(toTime(x?.min ?? 0), toTime(x?.max ?? 1), present, logarithmic).map(({ label }) => label),
      },
      {
        font: FONT,
        stroke: colour.text,
        ticks: { show: false },
        grid: { stroke: colour.line, width: 1 },
        size: 40,
      },
    ],
    series: [
      {},
      ...order.map((kind) => ({
        ...(stepped ? { paths: stepped } : {}),
        stroke: colour.kind(kind),
        fill: colour.kind(kind),
        width: 1,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          drawPercentiles(
            plot,
            percentilesOf(spread, measure),
            toAxis,
            colour.strong,
            colour.background,
            FONT,
          );
        },
      ],
      setCursor: [
        (self) => {
          const { left = -1 } = self.cursor;
          const timeNs = left < 0 ? NaN : toTime(self.posToVal(left, 'x'));
          const bucket = buckets.find(({ from, to }) => timeNs >= from && timeNs < to);
          const count = bucket?.counts.reduce((sum, one) => sum + one, 0) ?? 0;
          readout.textContent = bucket
            ? `${clock(bucket.from)} to ${clock(bucket.to)}: ${String(count)} of ${String(spread.interrupts)}`
            : '';
        },
      ],
    },
  };
  return new uPlot(options, [edges.map(toAxis), ...order.map((kind) => [...(stacks[kind] ?? [])])], place);
}

/** What a canvas has to be told of the theme. */
interface Look {
  readonly width: number;
  readonly colour: {
    readonly text: string;
    readonly strong: string;
    readonly line: string;
    readonly background: string;
    readonly kind: (kind: number) => string;
  };
}

function look(place: HTMLElement): Look {
  const colour = pageColours();
  const style = getComputedStyle(place);
  return {
    width: place.clientWidth,
    colour: {
      text: colour('descriptionForeground', 'foreground'),
      strong: colour('foreground'),
      line: style.borderTopColor,
      background: colour('editor-background'),
      kind: (kind) => style.getPropertyValue(`--kind-${String(kind)}`).trim() || colour('charts-blue'),
    },
  };
}

function marksOf(fromNs: number, toNs: number, width: number, logarithmic: boolean): Tick[] {
  return logarithmic
    ? logarithmicMarks(fromNs, toNs).map((timeNs) => ({ timeNs, label: roundTime(timeNs) }))
    : timeTicks(fromNs, toNs, width);
}

function roundTime(timeNs: number): string {
  const digits = (value: number, unit: string): string => `${String(Number(value.toPrecision(2)))} ${unit}`;
  if (timeNs < 1e3) return digits(timeNs, 'ns');
  if (timeNs < 1e6) return digits(timeNs / 1e3, 'µs');
  return timeNs < 1e9 ? digits(timeNs / 1e6, 'ms') : digits(timeNs / 1e9, 's');
}
