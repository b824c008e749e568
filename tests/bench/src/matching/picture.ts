import { subjectOf, type Result } from './results.ts';
import type { Size } from './workloads.ts';

const COLOURS: Readonly<Record<string, string>> = { Signalbox: '#0b6e4f', 'Splink on DuckDB': '#c8553d', string_grouper: '#5b5f97', 'rapidfuzz and domain': '#e0a030', recordlinkage: '#2a7fb8', dedupe: '#a0407f' };
const [WIDTH, HEIGHT, TOP, BOTTOM] = [470, 330, 50, 270];

interface Axis {
  at(value: number): number;
  ticks: readonly number[];
}

function logAxis(low: number, high: number, from: number, to: number, ticks: readonly number[]): Axis {
  const at = (value: number): number => from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);
  return { at, ticks: ticks.filter((t) => t >= low && t <= high) };
}

function linearAxis(low: number, high: number, from: number, to: number, ticks: readonly number[]): Axis {
  return { at: (value) => from + ((value - low) / (high - low)) * (to - from), ticks };
}

const text = (x: number, y: number, what: string, extra = ''): string => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${extra}>${what}</text>`;
const short = (n: number): string => (n >= 1e6 ? `${n / 1e6} M` : n >= 1e3 ? `${Math.round(n / 1e3)} k` : String(n));

function frame(left: number, x: Axis, y: Axis, titles: { title: string; x: string }, label: { x(n: number): string; y(n: number): string }): string {
  const right = left + WIDTH - 90;
  return [
    text(left, 24, titles.title, 'class="title"'), text((left + right) / 2, HEIGHT - 12, titles.x, 'text-anchor="middle"'),
    ...y.ticks.map((t) => `<path d="M${left} ${y.at(t).toFixed(1)}H${right}" class="grid"/>${text(left - 6, y.at(t) + 4, label.y(t), 'text-anchor="end"')}`),
    ...x.ticks.map((t) => text(x.at(t), BOTTOM + 18, label.x(t), 'text-anchor="middle"')),
  ].join('\n');
}

const colour = (tool: string): string => COLOURS[tool] ?? '#777777';
const dot = (x: number, y: number, colour: string): string => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="${colour}"/>`;

function qualityPanel(results: readonly Result[]): string {
  const here = results.filter((r) => r.size === '100k');
  const [left, right] = [50, WIDTH - 40];
  const x = logAxis(0.5, 200, left, right, [0.5, 1, 2, 5, 10, 20, 50, 100, 200]);
  const y = linearAxis(0.86, 1, BOTTOM, TOP, [0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98, 1]);
  const dots = here.map((r) => {
    const [px, py] = [x.at(Math.max(0.5, Math.min(200, r.matchSeconds))), y.at(Math.max(0.86, r.f1))];
    return dot(px, py, colour(r.tool)) + text(px + (px > 215 ? -9 : 9), py + 4, r.tool, px > 215 ? 'text-anchor="end"' : '');
  });
  return [frame(left, x, y, { title: 'F1 and seconds of matching, 10,000 x 100,000', x: 'seconds of matching' }, { x: String, y: (n) => n.toFixed(2) }), ...dots].join('\n');
}

function growthPanel(all: readonly Result[]): string {
  const results = all.filter((r) => subjectOf(r) === 'companies');
  const [left, right] = [WIDTH + 40, 2 * WIDTH - 50];
  const x = logAxis(12_000, 1_300_000, left, right, [16_622, 100_000, 1_000_000]);
  const y = logAxis(1, 1000, BOTTOM, TOP, [1, 3, 10, 30, 100, 300, 1000]);
  const lines = [...new Set(results.map((r) => r.tool))].map((tool) => {
    const points = results.filter((r) => r.tool === tool).sort((a, b) => a.accounts - b.accounts).map((r): [number, number] => [x.at(r.accounts), y.at(r.seconds)]);
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`).join('');
    const [lastX, lastY] = points[points.length - 1] as [number, number];
    return `<path d="${path}" fill="none" stroke="${colour(tool)}" stroke-width="2"/>${points.map(([px, py]) => dot(px, py, colour(tool))).join('')}${text(lastX - 8, lastY - 9, tool, 'text-anchor="end"')}`;
  });
  return [frame(left, x, y, { title: 'Seconds of the whole process, file to file', x: 'accounts (with 12,000, 10,000 and 100,000 candidates)' }, { x: short, y: String }), ...lines].join('\n');
}

const F1_FROM = 0.6;

/** A bar for each matcher, the best first. */
function barsPanel(results: readonly Result[], size: Size, left: number, title: string): string {
  const top = HEIGHT;
  const [from, full] = [left + 130, WIDTH - 230];
  const bars = results.filter((r) => r.size === size).sort((a, b) => b.f1 - a.f1).map((r, i) => {
    const y = top + 44 + i * 26;
    const long = Math.max(0, ((r.f1 - F1_FROM) / (1 - F1_FROM)) * full);
    return `${text(from - 8, y + 13, r.tool, 'text-anchor="end"')}<rect x="${from}" y="${y}" width="${long.toFixed(1)}" height="18" fill="${colour(r.tool)}"/>${text(from + long + 6, y + 13, r.f1.toFixed(3))}`;
  });
  return [text(left, top + 24, `${title} (bars begin at ${F1_FROM})`, 'class="title"'), ...bars].join('\n');
}

/** Quality against seconds, and growth with size, of companies; below, the F1 of leads and of duplicates. As SVG. */
export function picture(results: readonly Result[]): string {
  const height = HEIGHT + 140;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH}" height="${height}" viewBox="0 0 ${2 * WIDTH} ${height}">`,
    '<style>text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.grid{stroke:#ddd}</style><rect width="100%" height="100%" fill="white"/>',
    qualityPanel(results), growthPanel(results),
    barsPanel(results, 'leads', 20, 'F1 of leads, 10,000 x 16,622'), barsPanel(results, 'duplicates', WIDTH + 20, 'F1 of pairs of duplicates, 16,622'), '</svg>', '',
  ].join('\n');
}
