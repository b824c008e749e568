import { Alert } from '@mantine/core';
import type { Orchestration } from '../../api/types.ts';
import { PageLink } from '../../shell/page-link.tsx';

export const waitsForConfirmation = (o: Orchestration): boolean => o.confirmationNeeded && o.schedule.mode !== 'manual';

/** A schedule whose first run nobody has confirmed does nothing at night: it has to be seen why. */
export function WaitsForConfirmation({ orchestration }: { orchestration: Orchestration }) {
  if (!waitsForConfirmation(orchestration)) return null;
  return (
    <Alert color="orange" title="Scheduled runs wait for a confirmation">
      What it does cannot be undone, so nothing runs by itself until somebody has confirmed the first run: press “Run now…” and type its name. Or <PageLink to={`/orchestrations/${orchestration.id}/edit`} inherit>approve it in advance</PageLink> in its settings.
    </Alert>
  );
}
