import { Badge } from '@mantine/core';

const COLOURS: Record<string, string> = {
  healthy: 'teal', finished: 'teal', succeeded: 'teal', ready: 'teal', create: 'signal', update: 'signal', convert: 'signal', delete: 'red',
  unhealthy: 'red', failed: 'red', halted: 'orange', cancelled: 'gray', cancelling: 'orange',
  untested: 'gray', queued: 'gray', planning: 'signal', applying: 'signal', generating: 'signal',
  skipped: 'gray', skip: 'gray', planned: 'signal', dispatched: 'signal', unknown_then_settled: 'grape',
  requested: 'signal', missed: 'orange', late: 'orange', active: 'teal', expired: 'gray', revoked: 'gray',
};

/** A state in one word; colour helps, and never says it alone. */
export function StateBadge({ state }: { state: string }) {
  return <Badge variant="light" color={COLOURS[state] ?? 'gray'} tt="none" radius="sm" miw="max-content">{state.replaceAll('_', ' ')}</Badge>;
}
