import { Button, Card, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type RefObject } from 'react';
import type { FoundAccount } from '../../api/match-types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAccountSearch } from './use-reviews.ts';

/** Any account of the CRM, found by its name or id, for a company that is none of those shown. */
export function LinkSearch({ connectionId, busy, field, onLink }: { connectionId: string; busy: boolean; field: RefObject<HTMLInputElement | null>; onLink: (account: FoundAccount) => void }) {
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 250);
  const found = useAccountSearch(connectionId, asked);
  const items = asked.trim().length >= 2 ? found.data?.items : undefined;
  return (
    <Card>
      <TextInput
        ref={field} label="Link to another account" placeholder="Name, website or id in the CRM" value={search} onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()} rightSection={found.isFetching ? <Loader size="xs" /> : null}
      />
      <ProblemNote error={found.error} />
      {items?.length === 0 ? <Text size="sm" c="dimmed" mt="xs">No account of this CRM has that in its name, website or id.</Text> : null}
      <Stack gap={4} mt={items?.length ? 'xs' : 0}>
        {(items ?? []).map((a) => (
          <Group key={a.accountId} justify="space-between" wrap="nowrap">
            <div>
              <Text size="sm" fw={600}>{a.name}</Text>
              <Text size="xs" c="dimmed">{[a.website, a.country, a.accountId].filter(Boolean).join(' · ')}</Text>
            </div>
            <Button size="xs" variant="default" flex="none" disabled={busy} onClick={() => onLink(a)} aria-label={`Link to ${a.name}`}>Link</Button>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
