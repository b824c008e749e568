import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A record of the CRM: its name where it is known, and its id. */
export function CrmCell({ name, detail, crmId }: { name?: ReactNode; detail?: string; crmId?: string }) {
  if (!crmId && !name) return <Text span c="dimmed" size="sm">–</Text>;
  return (
    <>
      {name ? <Text size="sm">{name}</Text> : null}
      {detail ? <Text size="xs" c="dimmed">{detail}</Text> : null}
      {crmId ? <Text size="xs" ff="monospace" c="dimmed">{crmId}</Text> : null}
    </>
  );
}
