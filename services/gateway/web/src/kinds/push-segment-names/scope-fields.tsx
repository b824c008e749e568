import { Alert, Badge, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ScopeCounts } from '../../api/types.ts';
import { ChoiceCards } from '../../design/choice-cards.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { ConnectionSelect } from '../connection-select.tsx';
import { counted } from '../counted.ts';
import type { StepProps } from '../kind-view.ts';
import { SegmentSelect } from '../segment-select.tsx';
import { namesSettings, writtenBy, type NamesSettings, type Scope } from './settings.ts';

const SCOPES: { value: Scope; label: string }[] = [
  { value: 'all', label: 'All accounts' }, { value: 'created_last_week', label: 'Created in the last week' },
  { value: 'created_last_day', label: 'Created in the last day' }, { value: 'segment', label: 'In a segment' },
];

const accounts = (n: number) => counted(n, 'account');

/** What a scope writes and what it leaves as it is, in the numbers of this workspace. */
function scopeText(scope: Scope, counts: ScopeCounts | undefined): string {
  const written = writtenBy(scope, counts);
  if (scope === 'all') return written === undefined ? 'Every account of the CRM; none keeps names that no longer hold.' : `${accounts(written)}; none keeps names that no longer hold.`;
  if (!counts || written === undefined) return scope === 'segment' ? 'The accounts of the companies in a segment that you choose.' : 'Others are left as they are.';
  return `${accounts(written)} of ${counts.accounts.toLocaleString('en-US')}; ${(counts.accounts - written).toLocaleString('en-US')} would not be updated.`;
}

const badgeOf = (scope: Scope) => (scope === 'all' ? <Badge size="sm" variant="light" color="teal" tt="none" radius="sm">recommended</Badge> : undefined);

/** Which accounts are written, with what each choice would leave stale (PSN-1, PSN-4). */
export function ScopeFields({ form }: StepProps) {
  const settings = namesSettings(form.values.settings);
  const { connectionId, segmentId } = form.values;
  const set = (change: Partial<NamesSettings>) => form.setFieldValue('settings', { ...settings, ...change });
  const ofSegment = settings.scope === 'segment' ? segmentId : '';
  const counts = useQuery({
    queryKey: ['connections', connectionId, 'segment-name-scopes', ofSegment], enabled: connectionId !== '', retry: false, placeholderData: (before) => before, refetchInterval: (q) => (q.state.data?.companiesWaiting ? 2_000 : false),
    queryFn: () => api.get<ScopeCounts>(`/connections/${connectionId}/segment-name-scopes${ofSegment ? `?segmentId=${encodeURIComponent(ofSegment)}` : ''}`),
  });
  return (
    <Stack>
      <ConnectionSelect form={form} description="The CRM whose accounts are written. With it, the scopes below are counted." />
      <ProblemNote error={counts.error} />
      <ChoiceCards label="Which accounts are written" columns={2} value={settings.scope} onChange={(scope) => set({ scope: scope as Scope })} choices={SCOPES.map((s) => ({ ...s, text: scopeText(s.value, counts.data), badge: badgeOf(s.value) }))} />
      <CountsAsOf counts={counts.data} />
      {settings.scope === 'segment' ? <SegmentSelect form={form} description="Any segment, published or not: the accounts of its companies are written." /> : null}
      {settings.scope === 'all' ? null : <Stale scope={settings.scope} counts={counts.data} exitSafe={settings.exitSafe} onExitSafe={() => set({ exitSafe: true })} onAll={() => set({ scope: 'all' })} />}
    </Stack>
  );
}

function CountsAsOf({ counts }: { counts: ScopeCounts | undefined }) {
  if (!counts) return null;
  if (!counts.pulledAt) return <Text size="sm" c="dimmed">The accounts of this CRM were never read, so they cannot be counted yet. Press “Pull accounts” at the connection.</Text>;
  return (
    <Text size="sm" c="dimmed">
      Counted in the accounts as read on <When at={counts.pulledAt} />.
      {counts.companiesWaiting > 0 ? ` For ${counted(counts.companiesWaiting, 'company', 'companies')} it is not decided yet which accounts they are.` : ''}
    </Text>
  );
}

interface StaleProps {
  scope: Scope;
  counts: ScopeCounts | undefined;
  exitSafe: boolean;
  onExitSafe: () => void;
  onAll: () => void;
}

/** An account that left the scope is not updated: said before it is chosen, with what helps. */
function Stale({ scope, counts, exitSafe, onExitSafe, onAll }: StaleProps) {
  const written = writtenBy(scope, counts);
  const outside = counts && written !== undefined ? accounts(counts.accounts - written) : 'Accounts';
  return (
    <Alert color="orange" title={`${outside} outside of this scope would not be updated`}>
      <Text size="sm">An account that is not in the scope any more gets no new names when its company joins a segment. “All accounts” is recommended.</Text>
      <Text size="sm" mt={4}>{exitSafe ? 'Exit-safe pushing is on: names that Signalbox wrote are cleared there all the same when they no longer hold.' : 'Exit-safe pushing is off: names that no longer hold stay on these accounts, too.'}</Text>
      <Button.Group mt="sm">
        <Button size="xs" variant="default" onClick={onAll}>Take all accounts</Button>
        {exitSafe ? null : <Button size="xs" variant="default" onClick={onExitSafe}>Turn exit-safe pushing on</Button>}
      </Button.Group>
    </Alert>
  );
}
