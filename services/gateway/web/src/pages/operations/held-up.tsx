import { Alert, List, Text } from '@mantine/core';
import type { ParkedMessage } from '../../api/types.ts';
import { MendButtons } from './mend-buttons.tsx';
import { useMayOperate, useParked } from './parked.ts';

/** The different reasons, with how many batches each holds up. */
function reasonsOf(messages: readonly ParkedMessage[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const m of messages) counts.set(m.reason, (counts.get(m.reason) ?? 0) + 1);
  return [...counts];
}

/** What a run waits for that will not happen by itself, and what a person can do about it. Nothing when nothing is held up. */
export function HeldUp({ runId, live }: { runId: string; live: boolean }) {
  const may = useMayOperate();
  const parked = useParked({ runId, live, enabled: may.see && live });
  const messages = live ? parked.data?.items ?? [] : [];
  if (messages.length === 0) return null;
  const records = messages.reduce((sum, m) => sum + m.records, 0);
  const title = `${messages.length === 1 ? '1 batch is' : `${messages.length} batches are`} held up (${records.toLocaleString('en-US')} ${records === 1 ? 'record' : 'records'})`;
  return (
    <Alert color="orange" title={title}>
      <Text size="sm">The run cannot end before this is replayed (once what is in the way is mended) or given up.</Text>
      <List size="sm" my="xs">{reasonsOf(messages).map(([reason, n]) => <List.Item key={reason}>{n > 1 ? `${n} × ` : ''}{reason}</List.Item>)}</List>
      {may.act ? <MendButtons messages={messages} /> : <Text size="sm" c="dimmed">Ask somebody who may look after parked messages (permission operations_write).</Text>}
    </Alert>
  );
}
