import type { Latency } from './latency.ts';

export interface ServiceResult extends Latency {
  accounts: number;
  /** From the start of the service to an index that has taken in every account, and the service's most memory until then. */
  buildSeconds: number;
  buildMb: number;
  peakMb: number;
  /** Candidates of a stream decided a second. */
  perSecond: number;
  searchSeconds: number;
  /** For 1,000 changed accounts. */
  upkeepSeconds: number;
}

const number = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 });
const both = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;

/** As the README shows them. */
export function tableOf(results: readonly ServiceResult[]): string {
  const lines = results.map((r) => `| ${number(r.accounts)} | ${r.buildSeconds.toFixed(0)} s | ${number(r.buildMb)} / ${number(r.peakMb)} MB | ${r.upkeepSeconds.toFixed(2)} s | ${both(r.match)} | ${both(r.echo)} | ${both(r.read)} | ${r.ratio.toFixed(2)} | ${number(r.perSecond)} | ${r.searchSeconds.toFixed(2)} s |`);
  return ['| accounts | first build | memory: build / all | 1,000 changes | `Match` p50 / p99 | echo | indexed read | p99 ratio | stream, a second | search by hand |', '|---|---|---|---|---|---|---|---|---|---|', ...lines, ''].join('\n');
}

const [WIDTH, HEIGHT, TOP, BOTTOM] = [430, 300, 50, 240];
const PANELS: readonly { title: string; value: (r: ServiceResult) => number; unit: string }[] = [
  { title: 'First build, ms an account', value: (r) => (r.buildSeconds * 1000) / r.accounts, unit: 'ms' },
  { title: '1,000 changed accounts, seconds', value: (r) => r.upkeepSeconds, unit: 's' },
  { title: 'p99 of one Match over echo and read', value: (r) => r.ratio, unit: '' },
];

function panel(results: readonly ServiceResult[], at: number): string {
  const { title, value, unit } = PANELS[at] as (typeof PANELS)[number];
  const left = at * WIDTH + 60;
  const right = (at + 1) * WIDTH - 40;
  const most = Math.max(...results.map(value)) * 1.2;
  const log = (r: ServiceResult): number => Math.log(r.accounts);
  const [low, high] = [Math.log(8_000), Math.log(1_300_000)];
  const x = (r: ServiceResult): number => left + ((log(r) - low) / (high - low)) * (right - left);
  const y = (v: number): number => BOTTOM - (v / most) * (BOTTOM - TOP);
  const points = results.map((r) => `${x(r).toFixed(1)} ${y(value(r)).toFixed(1)}`);
  return [
    `<text x="${left}" y="24" class="title">${title}</text><path d="M${left} ${BOTTOM}H${right}" class="grid"/>`,
    `<path d="M${points.join('L')}" fill="none" stroke="#0b6e4f" stroke-width="2"/>`,
    ...results.map((r) => `<circle cx="${x(r).toFixed(1)}" cy="${y(value(r)).toFixed(1)}" r="5" fill="#0b6e4f"/><text x="${x(r).toFixed(1)}" y="${(y(value(r)) - 10).toFixed(1)}" text-anchor="middle">${value(r).toFixed(2)} ${unit}</text><text x="${x(r).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${number(r.accounts)}</text>`),
  ].join('\n');
}

/** What an account costs as the index grows, as SVG: flat lines are what is wanted. */
export function picture(results: readonly ServiceResult[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PANELS.length * WIDTH}" height="${HEIGHT}" viewBox="0 0 ${PANELS.length * WIDTH} ${HEIGHT}">`,
    '<style>text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.grid{stroke:#ccc}</style><rect width="100%" height="100%" fill="white"/>',
    ...PANELS.map((_, at) => panel(results, at)), `<text x="${(PANELS.length * WIDTH) / 2}" y="${HEIGHT - 8}" text-anchor="middle">accounts in the connection</text></svg>`, '',
  ].join('\n');
}
