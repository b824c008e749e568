import fc from 'fast-check';
import { ask, bucketFor, emptyState, KEPT_MS, standingOf, type Answer, type BudgetRules, type BudgetState, type Day, type Purpose, type Question } from './call-budget.ts';

const HOUR = 3_600_000;
const NOON = 1_795_000_000_000;
const NONE = { write: 0, read: 0 };
const rolling: Day = { kind: 'rolling' };
const rules = (change: Partial<BudgetRules> = {}): BudgetRules => ({ bucket: undefined, daily: 0, concurrent: undefined, ...change });
const wanted = (purpose: Purpose, calls: number, change: Partial<Question> = {}): Question => ({ purpose, calls, unused: NONE, ...change });

/** A budget that is asked one question after the other, at times that only go on. */
class Budget {
  state: BudgetState;
  now = NOON;

  constructor(private readonly given: BudgetRules, private readonly day: Day = rolling) {
    this.state = emptyState(given, NOON);
  }

  ask(question: Question, later = 0): Answer {
    this.now += later;
    const { state, answer } = ask(this.state, this.given, this.day, question, this.now);
    this.state = state;
    return answer;
  }

  standing() {
    return standingOf(this.state, this.given, this.day, this.now);
  }
}

/** Most of these times in any window. */
function busiest(times: readonly number[], windowMs: number): number {
  const order = [...times].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [i, at] of order.entries()) {
    while (order[first]! <= at - windowMs) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

const step = fc.record({ purpose: fc.constantFrom<Purpose>('write', 'read', 'check'), calls: fc.integer({ min: 1, max: 20 }), later: fc.integer({ min: 0, max: 3_000 }), unused: fc.boolean(), usedAfter: fc.integer({ min: 0, max: KEPT_MS }) });

describe('the rate of a connection', () => {
  it('is never exceeded in any window, whoever asks for what, keeps it for a while and gives some of it back', () => {
    fc.assert(fc.property(fc.integer({ min: 10, max: 300 }), fc.integer({ min: 1, max: 60 }), fc.array(step, { minLength: 20, maxLength: 200 }), (calls, seconds, steps) => {
      const windowMs = seconds * 1000;
      const budget = new Budget(rules({ bucket: bucketFor(calls, windowMs) }));
      const made: number[] = [];
      let back = { ...NONE };
      let takenAt = 0;
      for (const s of steps) {
        const answer = budget.ask(wanted(s.purpose, s.calls, { unused: back, late: budget.now + s.later > takenAt + 2 * KEPT_MS }), s.later);
        back = { ...NONE };
        if (answer.kind !== 'granted') continue;
        const side = s.purpose === 'write' ? 'write' : 'read';
        takenAt = budget.now;
        if (s.unused) back[side] = answer.calls;
        else for (let i = 0; i < answer.calls; i += 1) made.push(budget.now + s.usedAfter);
      }
      expect(busiest(made, windowMs)).toBeLessThanOrEqual(calls);
    }), { numRuns: 200 });
  });

  it('is used up to nine tenths by whoever asks all the time, of either kind', () => {
    for (const purpose of ['write', 'read'] as const) {
      const budget = new Budget(rules({ bucket: bucketFor(100, 10_000) }));
      let made = 0;
      for (let i = 0; i < 6_000; i += 1) {
        const answer = budget.ask(wanted(purpose, 5), 10);
        if (answer.kind === 'granted') made += answer.calls;
      }
      expect(made).toBeGreaterThan(6 * 75);
      expect(made).toBeLessThanOrEqual(6 * 100);
    }
  });

  it('is shared when there is not enough: three quarters for writing, and neither waits for ever', () => {
    for (const calls of [10, 39, 100]) {
      const budget = new Budget(rules({ bucket: bucketFor(calls, 10_000) }));
      const made = { write: 0, read: 0 };
      for (let i = 0; i < 30_000; i += 1) {
        for (const purpose of i % 2 ? ['write', 'read'] as const : ['read', 'write'] as const) {
          const answer = budget.ask(wanted(purpose, 5), 10);
          if (answer.kind === 'granted') made[purpose] += answer.calls;
        }
      }
      const share = made.write / (made.write + made.read);
      expect(share).toBeGreaterThan(0.6);
      expect(share).toBeLessThan(0.85);
    }
  });

  it('tells when to ask again, and then there is a call', () => {
    const budget = new Budget(rules({ bucket: bucketFor(20, 10_000) }));
    let answer = budget.ask(wanted('write', 1));
    while (answer.kind === 'granted') answer = budget.ask(wanted('write', 1));
    expect(answer).toMatchObject({ kind: 'later', ms: expect.any(Number) });
    expect(budget.ask(wanted('write', 1), answer.kind === 'later' ? answer.ms : 0).kind).toBe('granted');
  });
});

describe('the budget of a day', () => {
  it('is never exceeded in any 24 hours, and what was given back can be used', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.record({ purpose: fc.constantFrom<Purpose>('write', 'read'), calls: fc.integer({ min: 1, max: 30 }), later: fc.integer({ min: 0, max: 8 * HOUR }) }), { maxLength: 80 }), (daily, steps) => {
      const budget = new Budget(rules({ daily }));
      const made: number[] = [];
      for (const s of steps) {
        const answer = budget.ask(wanted(s.purpose, s.calls), s.later);
        if (answer.kind === 'granted') for (let i = 0; i < answer.calls; i += 1) made.push(budget.now);
        if (answer.kind === 'spent') expect(answer.until).toBeGreaterThan(budget.now);
      }
      expect(busiest(made, 24 * HOUR)).toBeLessThanOrEqual(daily);
    }), { numRuns: 200 });
  });

  it('ends at the midnight of the account, and goes on after it', () => {
    const before = { kind: 'midnight', began: NOON - 12 * HOUR, ends: NOON + 12 * HOUR } as const;
    const given = rules({ daily: 10 });
    let state = emptyState(given, NOON);
    const put = (day: Day, question: Question, now: number) => { const asked = ask(state, given, day, question, now); state = asked.state; return asked.answer; };
    expect(put(before, wanted('write', 20), NOON)).toEqual({ kind: 'granted', calls: 10, slots: Infinity });
    expect(put(before, wanted('write', 1), NOON)).toEqual({ kind: 'spent', until: before.ends, used: 10, slots: Infinity });
    expect(standingOf(state, given, before, NOON)).toEqual({ used: 10, usedReading: 0, endsAt: before.ends, waitingUntil: before.ends, waitingFor: 'write' });
    const after = { kind: 'midnight', began: before.ends, ends: before.ends + 24 * HOUR } as const;
    expect(put(after, wanted('write', 1), before.ends)).toMatchObject({ kind: 'granted', calls: 1 });
    expect(standingOf(state, given, after, before.ends)).toMatchObject({ used: 1, waitingUntil: undefined });
  });

  it('is never spent by reading alone nor by writing alone', () => {
    const reading = new Budget(rules({ daily: 100 }));
    expect(reading.ask(wanted('read', 1000))).toMatchObject({ calls: 80 });
    expect(reading.ask(wanted('read', 1))).toMatchObject({ kind: 'spent', used: 80 });
    expect(reading.ask(wanted('write', 1000))).toMatchObject({ calls: 20 });
    const writing = new Budget(rules({ daily: 100 }));
    expect(writing.ask(wanted('write', 1000))).toMatchObject({ calls: 95 });
    expect(writing.ask(wanted('read', 1000))).toMatchObject({ calls: 5 });
  });

  it('counts a person\'s test of the connection, and does not refuse it', () => {
    const budget = new Budget(rules({ daily: 2 }));
    budget.ask(wanted('write', 5));
    expect(budget.ask(wanted('write', 1)).kind).toBe('spent');
    expect(budget.ask(wanted('check', 2))).toMatchObject({ kind: 'granted', calls: 2 });
    expect(budget.standing()).toMatchObject({ used: 4, usedReading: 2, waitingFor: 'write' });
  });

  it('takes back what was not used, and no more waits are shown once people allow more', () => {
    const budget = new Budget(rules({ daily: 10 }));
    budget.ask(wanted('write', 10));
    expect(budget.ask(wanted('write', 1)).kind).toBe('spent');
    budget.ask(wanted('read', 0, { unused: { write: 4, read: 0 } }));
    expect(budget.standing()).toMatchObject({ used: 6, waitingUntil: undefined });
    expect(standingOf(budget.state, rules({ daily: 6 }), rolling, budget.now).waitingUntil).toBeGreaterThan(budget.now);
    expect(standingOf(budget.state, rules({ daily: 0 }), rolling, budget.now).waitingUntil).toBeUndefined();
  });
});
