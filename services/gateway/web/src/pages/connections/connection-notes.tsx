import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Connection } from '../../api/types.ts';
import { When } from '../../design/when.tsx';
import { PageLink } from '../../shell/page-link.tsx';

const LOOK_EVERY_MS = 3_000;

/** What is the matter with a connection, and what makes it go on; nothing when nothing is. */
export function ConnectionNotes({ connection: c }: { connection: Connection }) {
  if (c.status === 'unhealthy') return <Alert color="red" title="This connection does not work">{c.statusMessage}</Alert>;
  if (c.budget.waitingUntil) {
    return (
      <Alert color="yellow" title={`Waiting for the API budget of ${c.name}`}>
        <Text size="sm">{c.budget.waitingFor === 'read' ? 'Reading' : 'Writing'} goes on at <When at={c.budget.waitingUntil} />. Raise the budget to go on at once.</Text>
      </Alert>
    );
  }
  return c.status === 'healthy' && c.statusMessage ? <Alert color="yellow" title="The CRM is busy or away for the moment">{c.statusMessage}</Alert> : null;
}

/** Why a run that is under way may stand still: what is the matter with its connection. */
export function RunWaits({ connectionId, live }: { connectionId: string | undefined; live: boolean }) {
  const connection = useQuery({
    queryKey: ['connections', connectionId], queryFn: () => api.get<Connection>(`/connections/${connectionId}`), enabled: live && Boolean(connectionId), refetchInterval: live ? LOOK_EVERY_MS : false,
  });
  const c = connection.data;
  if (!live || !c || (c.status === 'healthy' && !c.statusMessage && !c.budget.waitingUntil)) return null;
  return (
    <div>
      <ConnectionNotes connection={c} />
      <Text size="sm" mt={4}><PageLink to={`/connections/${c.id}`}>Open the connection</PageLink></Text>
    </div>
  );
}
