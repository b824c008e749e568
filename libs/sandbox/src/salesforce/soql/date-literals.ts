/** SOQL's date literals as half-open ranges of UTC days. The sandbox org's time zone is UTC; a fiscal year is a calendar year. */
export interface DayRange {
  /** First moment in it. */
  from: number;
  /** First moment after it. */
  to: number;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
const DAY = 86_400_000;

function startOf(unit: Unit, ms: number): number {
  const d = new Date(ms);
  const [y, m, day] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
  if (unit === 'DAY') return Date.UTC(y, m, day);
  if (unit === 'WEEK') return Date.UTC(y, m, day) - d.getUTCDay() * DAY;
  if (unit === 'MONTH') return Date.UTC(y, m, 1);
  return unit === 'QUARTER' ? Date.UTC(y, m - (m % 3), 1) : Date.UTC(y, 0, 1);
}

function add(unit: Unit, start: number, n: number): number {
  if (unit === 'DAY') return start + n * DAY;
  if (unit === 'WEEK') return start + n * 7 * DAY;
  const d = new Date(start);
  const months = { MONTH: 1, QUARTER: 3, YEAR: 12 }[unit] * n;
  return Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + months, 1);
}

const span = (unit: Unit, now: number, first: number, count: number): DayRange => {
  const start = startOf(unit, now);
  return { from: add(unit, start, first), to: add(unit, start, first + count) };
};

const FIXED: Record<string, [Unit, number, number]> = {
  YESTERDAY: ['DAY', -1, 1], TODAY: ['DAY', 0, 1], TOMORROW: ['DAY', 1, 1],
  LAST_90_DAYS: ['DAY', -89, 90], NEXT_90_DAYS: ['DAY', 1, 90],
};

/** The range of a literal such as TODAY or LAST_N_DAYS:7; undefined when it is none that SOQL knows. */
export function dateLiteral(literal: string, now: number): DayRange | undefined {
  const [name = '', count] = literal.toUpperCase().replace('FISCAL_', '').split(':');
  const fixed = FIXED[name];
  if (fixed) return span(fixed[0], now, fixed[1], fixed[2]);
  const which = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name);
  if (which) return span(which[2] as Unit, now, { LAST: -1, THIS: 0, NEXT: 1 }[which[1] as 'LAST'], 1);
  const n = Number(count);
  if (!Number.isInteger(n) || n < 0) return undefined;
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/.exec(name);
  if (ago) return span(ago[1] as Unit, now, -n, 1);
  const many = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S$/.exec(name);
  if (!many) return undefined;
  const unit = many[2] as Unit;
  if (many[1] === 'NEXT') return span(unit, now, 1, n);
  // LAST_N_DAYS includes today; the longer units end before the present one.
  return unit === 'DAY' ? span(unit, now, -n, n + 1) : span(unit, now, -n, n);
}
