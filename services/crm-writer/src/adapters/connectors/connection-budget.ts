import type { CallBudget, CallPermit, CallPurpose, ConnectionLimits } from '@signalbox/connectors-sdk';
import { setTimeout as pause } from 'node:timers/promises';
import { asSignalboxError, retryable } from '@signalbox/kernel';
import { AdaptiveLimit } from '../../domain/adaptive-limit.ts';
import { KEPT_MS, sideOf, type Side } from '../../domain/call-budget.ts';
import type { Connection } from '../../domain/connection.ts';
import type { BudgetAnswer, CallBudgets } from '../../application/ports.ts';

export interface BudgetParts {
  store: CallBudgets;
  /** Names this process among all that call for the connection. */
  replica: string;
  /** Most calls of one connection that this process has under way. */
  concurrency: number;
  /** How long a call waited for its turn. */
  onWaited(provider: string, purpose: CallPurpose, seconds: number): void;
  /** Calls that the day's budget has refused. */
  onSpent(provider: string, purpose: CallPurpose): void;
  onProblem(error: unknown): void;
}

interface Waiter {
  purpose: CallPurpose;
  since: number;
  resolve(permit: CallPermit): void;
  reject(error: unknown): void;
}

/** What one side of the calls has of its own: who waits, what was taken ahead, and how many are under way. */
interface Lane {
  side: Side;
  queue: Waiter[];
  pumping: boolean;
  underWay: number;
  kept: { calls: number; until: number };
  /** Calls made of what was taken last: as many are taken the next time. */
  made: number;
}

/** Most calls taken ahead at a time. */
const AT_ONCE = 16;
/** Another replica may have given up a place. */
const LOOK_AGAIN_MS = 250;
const HEARD_OF_EVERY_MS = 5_000;
const READ_AGAIN_MS = 15_000;
const READ_SHARE = 4;

const newLane = (side: Side): Lane => ({ side, queue: [], pumping: false, underWay: 0, kept: { calls: 0, until: 0 }, made: 0 });
const stopping = () => retryable('connector.stopping', 'Signalbox is stopping; the rest is done after the restart.', 1_000);
const clockTime = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const number = (n: number): string => n.toLocaleString('en-US');

/**
 * This process's part in what all replicas together may call for one connection: a few calls are taken from the shared budget at a
 * time and kept for a quarter of a second; places for calls under way are leased, and fewer are used while the CRM refuses or is slow.
 * Writes go first; reading keeps a quarter of the places, of the tokens, and a part of the day.
 */
export class ConnectionBudget implements CallBudget {
  private readonly limit: AdaptiveLimit;
  private readonly lanes: Record<Side, Lane> = { write: newLane('write'), read: newLane('read') };
  private leased = 0;
  private last: Side = 'read';
  private heardOf: NodeJS.Timeout | undefined;
  private watchers: (() => void)[] = [];
  private asked: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly connection: Connection, private readonly limits: ConnectionLimits, private readonly parts: BudgetParts) {
    this.limit = new AdaptiveLimit(Math.min(parts.concurrency, limits.concurrent ?? Infinity));
  }

  /** Most calls that may be under way in this process just now. */
  get places(): number {
    return this.limits.concurrent === undefined ? this.limit.limit : Math.min(this.limit.limit, this.leased);
  }

  take(purpose: CallPurpose, signal?: AbortSignal): Promise<CallPermit> {
    if (signal?.aborted || this.closed) return Promise.reject(stopping());
    const lane = this.lanes[sideOf(purpose)];
    return new Promise((resolve, reject) => {
      const leave = () => {
        const place = lane.queue.indexOf(waiter);
        if (place >= 0) lane.queue.splice(place, 1);
        reject(stopping());
        this.notify();
      };
      const waiter: Waiter = {
        purpose, since: performance.now(), reject: (error) => { signal?.removeEventListener('abort', leave); reject(error); },
        resolve: (permit) => { signal?.removeEventListener('abort', leave); resolve(permit); },
      };
      signal?.addEventListener('abort', leave, { once: true });
      lane.queue.push(waiter);
      void this.pump(lane);
    });
  }

  /** Gives back what is kept and leased. Who still waits is told that we stop. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.heardOf);
    for (const lane of Object.values(this.lanes)) for (const waiter of lane.queue.splice(0)) waiter.reject(stopping());
    this.notify();
    if (this.leased > 0 || this.unused().write + this.unused().read > 0) await this.ask({ calls: 0, purpose: 'read' }).catch(this.parts.onProblem);
  }

  /** Lets those in front go, one after the other, while there are places and tokens. */
  private async pump(lane: Lane): Promise<void> {
    if (lane.pumping) return;
    lane.pumping = true;
    try {
      for (let first = lane.queue[0]; first && !this.closed; first = lane.queue[0]) {
        if (this.letGo(lane, first)) continue;
        await this.getReady(lane, first).catch((error: unknown) => this.refuse(lane, first!, error));
      }
    } finally {
      lane.pumping = false;
    }
  }

  private letGo(lane: Lane, first: Waiter): boolean {
    const { kept } = lane;
    if (!this.hasPlace(lane) || kept.calls === 0 || performance.now() >= kept.until) return false;
    lane.queue.shift();
    kept.calls -= 1;
    lane.made += 1;
    lane.underWay += 1;
    this.last = lane.side;
    // The other side minds who waits here.
    if (lane.queue.length === 0) this.notify();
    this.parts.onWaited(this.connection.provider, first.purpose, (performance.now() - first.since) / 1000);
    first.resolve(this.permit(lane));
    return true;
  }

  private permit(lane: Lane): CallPermit {
    const begun = this.limit.began();
    const since = performance.now();
    let over = false;
    return {
      end: (refused) => {
        if (over) return;
        over = true;
        lane.underWay -= 1;
        this.limit.ended(begun, { ms: performance.now() - since, refused });
        this.notify();
      },
    };
  }

  /** Waits for a place, then takes calls from the shared budget. */
  private async getReady(lane: Lane, first: Waiter): Promise<void> {
    if (!this.hasPlace(lane) && !this.mayLeaseMore()) return this.somethingChanges();
    const wanted = this.hasPlace(lane) || this.leased === 0 ? this.wanted(lane, first.purpose) : 0;
    const answer = await this.ask({ calls: wanted, purpose: first.purpose }, lane);
    if (answer.kind === 'later') return void (await pause(answer.ms, undefined, { ref: false }));
    if (answer.kind === 'spent') throw this.spent(first.purpose, answer);
    if (!this.hasPlace(lane)) await this.somethingChanges(LOOK_AGAIN_MS);
  }

  private wanted(lane: Lane, purpose: CallPurpose): number {
    const { made } = lane;
    lane.made = 0;
    return purpose === 'check' ? 1 : Math.min(AT_ONCE, Math.max(lane.queue.length, made, 1));
  }

  private underWay(): number {
    return this.lanes.write.underWay + this.lanes.read.underWay;
  }

  private mayLeaseMore(): boolean {
    return this.leased < this.limit.limit && this.limits.concurrent !== undefined && this.underWay() >= this.leased;
  }

  private hasPlace(lane: Lane): boolean {
    const { places } = this;
    if (this.underWay() >= places) return false;
    const other = this.lanes[lane.side === 'write' ? 'read' : 'write'];
    if (other.queue.length === 0) return true;
    if (places === 1) return this.last !== lane.side;
    const forReading = Math.max(1, Math.floor(places / READ_SHARE));
    return lane.underWay < (lane.side === 'read' ? forReading : places - forReading);
  }

  private unused(): Record<Side, number> {
    return { write: this.lanes.write.kept.calls, read: this.lanes.read.kept.calls };
  }

  /** One step at the shared budget; what was kept too long goes back with it. */
  private ask(question: { calls: number; purpose: CallPurpose }, lane?: Lane): Promise<BudgetAnswer> {
    // One after the other, so that what we know of our places is what was stored last.
    const answer = this.asked.then(() => this.askNow(question, lane));
    this.asked = answer.then(() => undefined, () => undefined); // told to who asked
    return answer;
  }

  private async askNow(question: { calls: number; purpose: CallPurpose }, lane?: Lane): Promise<BudgetAnswer> {
    const since = performance.now();
    const late = Object.values(this.lanes).some(({ kept }) => kept.calls > 0 && since > kept.until + KEPT_MS);
    const unused = { write: this.expired(this.lanes.write, since), read: this.expired(this.lanes.read, since) };
    const waiting = this.closed ? 0 : this.lanes.write.queue.length + this.lanes.read.queue.length;
    const wants = Math.min(this.limit.limit, this.underWay() + waiting);
    const answer = await this.parts.store.ask(this.connection, this.limits, { ...question, unused, late, lease: { id: this.parts.replica, wants, inUse: this.underWay() } });
    const before = this.leased;
    this.leased = answer.slots;
    if (answer.kind === 'granted' && answer.calls > 0 && lane) {
      const { calls, until } = lane.kept;
      lane.kept = { calls: calls + answer.calls, until: calls > 0 ? until : since + KEPT_MS };
      setTimeout(() => void this.tidyUp(), KEPT_MS + 10).unref();
    }
    this.keepHeardOf();
    if (this.leased > before) this.notify();
    return answer;
  }

  private expired(lane: Lane, now: number): number {
    if (!this.closed && now < lane.kept.until) return 0;
    const { calls } = lane.kept;
    lane.kept = { calls: 0, until: 0 };
    return calls;
  }

  /** What was taken and is not used goes back. */
  private async tidyUp(): Promise<void> {
    const now = performance.now();
    const old = Object.values(this.lanes).some((lane) => lane.kept.calls > 0 && now >= lane.kept.until);
    if (old && !this.closed) await this.ask({ calls: 0, purpose: 'read' }).catch(this.parts.onProblem);
  }

  /** A long call must not cost us its place; when nothing is under way any more, the places go back. */
  private keepHeardOf(): void {
    if (this.limits.concurrent === undefined || this.closed) return;
    if (this.leased > 0) this.heardOf ??= setInterval(() => void this.ask({ calls: 0, purpose: 'read' }).catch(this.parts.onProblem), HEARD_OF_EVERY_MS).unref();
    else {
      clearInterval(this.heardOf);
      this.heardOf = undefined;
    }
  }

  private refuse(lane: Lane, first: Waiter, thrown: unknown): void {
    const error = asSignalboxError(thrown);
    // The day is over for all of this side but those who only test the connection.
    const refused = error.code === 'connector.budget_spent' ? lane.queue.filter((w) => w.purpose === first.purpose) : [first];
    lane.queue = lane.queue.filter((w) => !refused.includes(w));
    for (const waiter of refused) waiter.reject(error);
    this.notify();
  }

  private spent(purpose: CallPurpose, { until, used, now }: Extract<BudgetAnswer, { kind: 'spent' }>) {
    this.parts.onSpent(this.connection.provider, purpose);
    const kept = purpose === 'read' ? 'What is left of it is kept for writing. ' : '';
    return retryable('connector.budget_spent',
      `Waiting for the API budget of ${this.connection.name}: ${number(used)} of the ${number(this.connection.dailyCalls)} calls of the day are made. ${kept}Goes on at ${clockTime(until)}; raise the budget on the connection's page to go on at once.`,
      // Whoever reads is not told when people allow more, and asking costs no call.
      Math.ceil(Math.min(Math.max(1_000, until - now), purpose === 'write' ? Infinity : READ_AGAIN_MS)));
  }

  private notify(): void {
    for (const tell of this.watchers.splice(0)) tell();
  }

  private async somethingChanges(withinMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      this.watchers.push(done);
      if (withinMs !== undefined) timer = setTimeout(done, withinMs);
    });
    clearTimeout(timer);
  }
}
