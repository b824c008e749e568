import type { Database } from '@signalbox/platform-postgres';
import type { IdempotencyKey, IdempotencyKeys, KeptAnswer } from '../../application/ports.ts';
import type { KeptRequest } from '../../domain/idempotency.ts';

interface Row extends KeptRequest {
  answerStatus: number | null;
  sealedAnswer: Buffer | null;
}

const WHERE = 'workspace_id = $1 and subject = $2 and key_hash = $3';
const idOf = (key: IdempotencyKey) => [key.workspaceId, key.subject, key.keyHash];

/** Keys of requests, each row owned by the one request that does the work. */
export class PostgresIdempotencyKeys implements IdempotencyKeys {
  constructor(private readonly database: Database) {}

  async take(key: IdempotencyKey, request: { route: string; bodyHash: string }, owner: string, now: Date, aliveUntil: Date) {
    const insert = `insert into idempotency_keys (workspace_id, subject, key_hash, owner, route, body_hash, state, alive_until, created_at)
      values ($1, $2, $3, $4, $5, $6, 'running', $7, $8) on conflict do nothing`;
    // A row may go between the two statements (its request failed and set the key free): then the key is tried again.
    for (;;) {
      if ((await this.database.execute(insert, [...idOf(key), owner, request.route, request.bodyHash, aliveUntil, now])) > 0) return undefined;
      const select = `select route, body_hash as "bodyHash", state, alive_until as "aliveUntil", answer_status as "answerStatus", sealed_answer as "sealedAnswer" from idempotency_keys where ${WHERE}`;
      const row = (await this.database.query<Row>(select, idOf(key)))[0];
      if (row) return { ...row, answer: row.answerStatus !== null && row.sealedAnswer ? { status: row.answerStatus, sealedBody: row.sealedAnswer } : undefined };
    }
  }

  async takeOver(key: IdempotencyKey, owner: string, now: Date, aliveUntil: Date): Promise<boolean> {
    const sql = `update idempotency_keys set owner = $4, state = 'running', alive_until = $6 where ${WHERE} and (state = 'unknown' or (state = 'running' and alive_until <= $5))`;
    return (await this.database.execute(sql, [...idOf(key), owner, now, aliveUntil])) > 0;
  }

  async alive(key: IdempotencyKey, owner: string, aliveUntil: Date): Promise<void> {
    await this.database.execute(`update idempotency_keys set alive_until = $5 where ${WHERE} and owner = $4 and state = 'running'`, [...idOf(key), owner, aliveUntil]);
  }

  async finish(key: IdempotencyKey, owner: string, bodyHash: string, answer: KeptAnswer): Promise<void> {
    const sql = `update idempotency_keys set state = 'done', body_hash = $5, answer_status = $6, sealed_answer = $7 where ${WHERE} and owner = $4`;
    await this.database.execute(sql, [...idOf(key), owner, bodyHash, answer.status, answer.sealedBody]);
  }

  async markUnknown(key: IdempotencyKey, owner: string): Promise<void> {
    await this.database.execute(`update idempotency_keys set state = 'unknown' where ${WHERE} and owner = $4`, [...idOf(key), owner]);
  }

  async release(key: IdempotencyKey, owner: string): Promise<void> {
    await this.database.execute(`delete from idempotency_keys where ${WHERE} and owner = $4`, [...idOf(key), owner]);
  }
}
