import type { Database, Transaction } from '@signalbox/platform-postgres';
import { groupWake, WAKE_CHANNEL } from './wake-channel.ts';

export interface OwnedPartition {
  topic: string;
  partition: number;
  epoch: number;
  from: number;
}

/** What is ours by the table; anything else being worked on was lost. */
export interface Balance {
  /** To be worked on, those gained just now included. */
  owned: OwnedPartition[];
  /** More than a fair share: stop working on these, then `release` them. */
  surplus: OwnedPartition[];
}

interface PartitionRow {
  topic: string;
  partition: number;
  owner: string | null;
  epoch: number;
  done_before: number;
}

/**
 * Sharing a group's partitions between processes. A member is alive while its lease runs and its process still has a
 * connection (so the partitions of a killed process are free at once, not when the lease ends). Partitions of members that
 * are gone are taken over; `epoch` counts the owners, and an owner of the past cannot note progress any more.
 */
export class Membership {
  private readonly database: Database;
  private readonly group: string;
  private readonly topics: string[];
  private readonly memberId: string;
  private readonly instance: string;
  private readonly leaseMs: number;

  constructor(database: Database, group: string, topics: string[], memberId: string, instance: string, leaseMs: number) {
    this.database = database;
    this.group = group;
    this.topics = topics;
    this.memberId = memberId;
    this.instance = instance;
    this.leaseMs = leaseMs;
  }

  /** Renews the lease and moves towards a fair share. */
  balance(): Promise<Balance> {
    return this.database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`broker.group.${this.group}`]);
      const members = await this.renew(tx);
      const rows = await tx.query<PartitionRow>(`select topic, partition, owner, epoch, done_before from group_partition
        where group_name = $1 and topic = any($2) order by topic, partition`, [this.group, this.topics]);
      const balance: Balance = { owned: [], surplus: [] };
      for (const topic of this.topics) {
        await this.balanceTopic(tx, rows.filter((row) => row.topic === topic), members.get(topic) ?? [], balance);
      }
      return balance;
    });
  }

  /** Gives a partition back after work on it has ended, and tells the others. */
  async release({ topic, partition, epoch }: OwnedPartition): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute(`update group_partition set owner = null
        where group_name = $1 and owner = $2 and topic = $3 and partition = $4 and epoch = $5`, [this.group, this.memberId, topic, partition, epoch]);
      await this.tellGroup(tx);
    });
  }

  async leave(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute('update group_partition set owner = null where group_name = $1 and owner = $2', [this.group, this.memberId]);
      await tx.execute('delete from member where group_name = $1 and member_id = $2', [this.group, this.memberId]);
      await this.tellGroup(tx);
    });
  }

  /** Notes progress; gives the places (`topic/partition`) where it was noted, the others belong to somebody else now. */
  async note(progress: { topic: string; partition: number; epoch: number; doneBefore: number }[]): Promise<Set<string>> {
    // Losing the newest progress to a power failure only means that records come again: no need to wait for the disk.
    const rows = await this.database.query<{ topic: string; partition: number }>(`
      with quick as materialized (select set_config('synchronous_commit', 'off', true))
      update group_partition g set done_before = n.done_before
      from quick, unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[]) as n (topic, partition, epoch, done_before)
      where g.group_name = $1 and g.owner = $2 and g.topic = n.topic and g.partition = n.partition and g.epoch = n.epoch
      returning g.topic, g.partition`,
    [this.group, this.memberId, progress.map((p) => p.topic), progress.map((p) => p.partition),
      progress.map((p) => p.epoch), progress.map((p) => p.doneBefore)]);
    return new Set(rows.map((row) => `${row.topic}/${row.partition}`));
  }

  /** Renews our rows and gives the living members of each topic in a fixed order. */
  private async renew(tx: Transaction): Promise<Map<string, string[]>> {
    const { length: gone } = await tx.query(`delete from member m where group_name = $1 and member_id <> $2 and (expires_at < now()
      or not exists (select from pg_stat_activity a where a.datname = current_database() and a.application_name like m.instance || '%'))
      returning 1`, [this.group, this.memberId]);
    const [joined] = await tx.query<{ fresh: boolean }>(`
      insert into member (group_name, topic, member_id, instance, expires_at)
      select $1, t, $3, $4, now() + $5 * interval '1 ms' from unnest($2::text[]) as t
      on conflict (group_name, topic, member_id) do update set expires_at = excluded.expires_at
      returning xmax = 0 as fresh`, [this.group, this.topics, this.memberId, this.instance, this.leaseMs]);
    if (gone > 0 || joined?.fresh) await this.tellGroup(tx);
    const rows = await tx.query<{ topic: string; member_id: string }>(
      'select topic, member_id from member where group_name = $1 and topic = any($2) order by member_id', [this.group, this.topics]);
    const members = new Map<string, string[]>();
    for (const row of rows) members.set(row.topic, [...(members.get(row.topic) ?? []), row.member_id]);
    return members;
  }

  private async balanceTopic(tx: Transaction, rows: PartitionRow[], members: string[], balance: Balance): Promise<void> {
    const mine = rows.filter((row) => row.owner === this.memberId);
    const share = fairShare(rows.length, members, this.memberId);
    balance.owned.push(...mine.slice(0, share).map((row) => ownedBy(row, row.epoch)));
    balance.surplus.push(...mine.slice(share).map((row) => ownedBy(row, row.epoch)));
    const free = rows.filter((row) => row.owner === null || !members.includes(row.owner)).slice(0, Math.max(0, share - mine.length));
    for (const row of free) {
      await tx.execute(`update group_partition set owner = $4, epoch = epoch + 1 where group_name = $1 and topic = $2 and partition = $3`,
        [this.group, row.topic, row.partition, this.memberId]);
      balance.owned.push(ownedBy(row, row.epoch + 1));
    }
  }

  private async tellGroup(tx: Transaction): Promise<void> {
    await tx.query('select pg_notify($1, $2)', [WAKE_CHANNEL, groupWake(this.group)]);
  }
}

const ownedBy = (row: PartitionRow, epoch: number): OwnedPartition => ({ topic: row.topic, partition: row.partition, epoch, from: row.done_before });

/** How many of `partitions` a member should have; the remainder goes to the first members, so shares add up exactly. */
export function fairShare(partitions: number, members: readonly string[], memberId: string): number {
  const index = members.indexOf(memberId);
  if (index < 0) return 0;
  return Math.floor(partitions / members.length) + (index < partitions % members.length ? 1 : 0);
}
