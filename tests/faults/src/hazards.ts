import type { Trouble } from '@signalbox/connectors-sdk/testing';
import type { crmWriter } from '@signalbox/contracts';
import type { MatrixStage } from './matrix-stage.ts';

export type Operation = 'create' | 'update' | 'list';
/** What a row brings besides what it needs: a name's ending, and the text; null clears, undefined leaves it out. */
export type RowValues = (n: number) => { ending?: string; text?: string | null };

/** One thing that goes wrong, or is odd, while records are written or read. */
export interface Hazard {
  name: string;
  create: boolean;
  update: boolean;
  list: boolean;
  trouble?(stage: MatrixStage, operation: Operation): Trouble;
  /** Lasts until it is ended: then the work goes on. */
  lasts?: boolean;
  /** Done to the CRM before the operation, by somebody else; gives how many records have come. */
  prepare?(stage: MatrixStage, operation: Operation): number | Promise<number>;
  values?: RowValues;
  /** Rows that end without having been written. */
  notWritten?: Partial<Record<'create' | 'update', number>>;
  /** Rows whose record the CRM has already, under our key. */
  alreadyThere?: number;
  check?(stage: MatrixStage, results: readonly crmWriter.ChangeResult[]): void;
}

const SKEW_MS = 4 * 60_000;
const EVERYWHERE = { create: true, update: true, list: true };
const ODD_TEXTS = ['🚀 Raketen-Größe', '名前 株式会社', 'é decomposed', 'a\u200db', 'Ünï "quoted", <tag> & \\back', "O'Neill; --"];

function troubles(): Hazard[] {
  return [
    { ...EVERYWHERE, name: '429-mid-batch', lasts: true, trouble: (stage, operation) => ({ kind: '429-mid-batch', skip: operation !== 'list' && stage.isSeveralCalls ? 1 : 0 }) },
    { ...EVERYWHERE, name: 'limit-for-today', lasts: true, trouble: () => ({ kind: 'limit-for-today' }) },
    { ...EVERYWHERE, name: 'timeout-after-commit', trouble: () => ({ kind: 'timeout-after-commit' }) },
    { ...EVERYWHERE, name: 'expired-session', trouble: () => ({ kind: 'expired-session', forever: false }) },
    { ...EVERYWHERE, name: 'expired-session, every session at once', lasts: true, trouble: () => ({ kind: 'expired-session', forever: true }) },
    { ...EVERYWHERE, name: 'clock-skew, behind', trouble: () => ({ kind: 'clock-skew', aheadMs: -SKEW_MS }) },
    { ...EVERYWHERE, name: 'clock-skew, ahead', trouble: () => ({ kind: 'clock-skew', aheadMs: SKEW_MS }) },
    { name: 'partial-failure', create: true, update: true, list: false, notWritten: { create: 25, update: 25 }, trouble: () => ({ kind: 'partial-failure', matching: '7$' }) },
    { name: 'locked-rows', create: true, update: true, list: false, trouble: () => ({ kind: 'locked-rows', matching: '13$', times: 2 }) },
  ];
}

function oddities(): Hazard[] {
  return [
    { ...EVERYWHERE, name: 'emoji', values: (n) => ({ ending: ODD_TEXTS[n % ODD_TEXTS.length], text: ODD_TEXTS[(n + 1) % ODD_TEXTS.length] }), prepare: (stage, operation) => (operation === 'list' ? stage.seedOthers(ODD_TEXTS.length, (n) => ODD_TEXTS[n]!) : 0) },
    {
      ...EVERYWHERE, name: 'null-vs-missing', prepare: (stage, operation) => (operation === 'list' ? stage.seedBare(20) : 0),
      values: (n) => (n % 3 === 0 ? { text: null } : n % 3 === 1 ? {} : { text: `text ${n}` }),
    },
    {
      name: 'row-deleted-remotely', create: false, update: true, list: true, notWritten: { update: 3 },
      prepare: (stage) => stage.removeFirst(3).then(() => 0),
    },
    {
      name: 'duplicate-keys', create: true, update: false, list: true, alreadyThere: 5,
      // An earlier write of the same companies has arrived; for a list, records of one name.
      prepare: (stage, operation) => (operation === 'create' ? stage.seedOurs(5) : stage.seedOthers(5, () => 'Twin')),
    },
    {
      name: 'duplicate-rule', create: true, update: false, list: false, notWritten: { create: 1 }, trouble: () => ({ kind: 'duplicate-rule' }),
      prepare: (stage) => stage.seedTwinOfRow(3),
    },
    {
      ...EVERYWHERE, name: 'schema-changed', values: () => ({ text: 'for a field that is gone' }), notWritten: { create: 250, update: 250 },
      trouble: (stage) => ({ kind: 'schema-changed', field: stage.harness.textField }),
    },
    { name: 'empty-page', create: true, update: false, list: true },
  ];
}

/** The hazards of issue 5, and the troubles around them. What is left out of an operation means nothing there: an empty CRM has nothing to update, a list no rows to lock. */
export const hazardsOf = (): Hazard[] => [...troubles(), ...oddities()];
