import type { Transaction } from '@signalbox/platform-postgres';
import type { OutgoingRecord } from '../broker.ts';
import { joined, SLICE } from '../payloads.ts';
import { partitionOf } from './partition-of.ts';
import { topicWake, WAKE_CHANNEL } from './wake-channel.ts';

interface Place {
  topic: string;
  partition: number;
  records: OutgoingRecord[];
}

/** Appends the records to their partitions in the order of the list. Locks are taken in one order, so appends never deadlock. */
export async function append(tx: Transaction, records: readonly OutgoingRecord[], partitions: ReadonlyMap<string, number>): Promise<void> {
  const places = byPlace(records, partitions);
  const first = await lockPlaces(tx, places);
  const columns = { topic: [], partition: [], offset: [], key: [], headers: [] } as Record<string, unknown[]>;
  const values: Uint8Array[] = [];
  for (const place of places) {
    const start = first.get(`${place.partition} ${place.topic}`)!;
    place.records.forEach((record, i) => {
      columns.topic!.push(place.topic);
      columns.partition!.push(place.partition);
      columns.offset!.push(start + i);
      columns.key!.push(record.key);
      values.push(record.value);
      columns.headers!.push(JSON.stringify(record.headers));
    });
  }
  await tx.execute(`insert into record (topic, partition, "offset", key, value, headers)
    select t, p, o, k, ${SLICE('$6')}, h from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::jsonb[], $7::int[], $8::int[])
      as r (t, p, o, k, h, start, length)`, [...Object.values(columns), ...joined(values)]);
  await tx.execute(`update partition p set next_offset = p.next_offset + n.count
    from unnest($1::text[], $2::int[], $3::int[]) as n (topic, partition, count)
    where p.topic = n.topic and p.partition = n.partition`,
  [places.map((p) => p.topic), places.map((p) => p.partition), places.map((p) => p.records.length)]);
  await tx.query('select pg_notify($1, wake) from unnest($2::text[]) as wake', [WAKE_CHANNEL, [...new Set(places.map((p) => topicWake(p.topic)))]]);
}

function byPlace(records: readonly OutgoingRecord[], partitions: ReadonlyMap<string, number>): Place[] {
  const places = new Map<string, Place>();
  for (const record of records) {
    const partition = partitionOf(record.key, partitions.get(record.topic)!);
    const id = `${partition} ${record.topic}`;
    const place = places.get(id) ?? { topic: record.topic, partition, records: [] };
    place.records.push(record);
    places.set(id, place);
  }
  return [...places.values()];
}

async function lockPlaces(tx: Transaction, places: Place[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ topic: string; partition: number; next_offset: number }>(`
    select topic, partition, next_offset from partition
    where (topic, partition) in (select * from unnest($1::text[], $2::int[]))
    order by topic, partition for update`, [places.map((p) => p.topic), places.map((p) => p.partition)]);
  return new Map(rows.map((row) => [`${row.partition} ${row.topic}`, row.next_offset]));
}
