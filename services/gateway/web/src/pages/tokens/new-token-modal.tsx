import { Alert, Button, Checkbox, CopyButton, Fieldset, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ApiToken, Session } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { areasOf } from './permission-words.ts';

interface Values {
  name: string;
  /** Days until it ends; empty: it does not end. */
  days: string;
  permissions: string[];
}

const DAY_MS = 86_400_000;
const ENDS = [{ value: '30', label: 'in 30 days' }, { value: '90', label: 'in 90 days' }, { value: '365', label: 'in a year' }, { value: '', label: 'never' }];

const bodyOf = ({ name, days, permissions }: Values) => ({ name, permissions, expiresAt: days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString() });

/** Makes an API token with chosen permissions, and shows it this once. */
export function NewTokenModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm<Values>({ initialValues: { name: '', days: '90', permissions: [] } });
  const create = useMutation({
    mutationFn: (values: Values) => api.post<ApiToken & { token: string }>('/tokens', bodyOf(values)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const made = create.data;
  // Once the token is on the screen, only "Done" takes it away: it cannot be had again.
  return (
    <Modal opened={opened} onClose={close} title={made ? `The token “${made.name}”` : 'New API token'} size="lg" closeOnClickOutside={!made} closeOnEscape={!made} withCloseButton={!made}>
      {made ? <ShownOnce token={made.token} onDone={close} /> : (
        <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
          <Stack>
            <TextInput label="Name" description="What will use it." placeholder="Nightly export" required maxLength={200} data-autofocus {...form.getInputProps('name')} />
            <Select label="Ends" data={ENDS} allowDeselect={false} maw={220} {...form.getInputProps('days')} />
            <Permissions value={form.values.permissions} onChange={(value) => form.setFieldValue('permissions', value)} />
            <ProblemNote error={create.error} />
            <Group justify="flex-end">
              {form.values.permissions.length === 0 ? <Text size="xs" c="dimmed">Choose at least one permission.</Text> : null}
              <Button variant="default" onClick={close}>Cancel</Button>
              <Button type="submit" loading={create.isPending} disabled={form.values.permissions.length === 0}>Create token</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** What the token may do: at most what the one who makes it may. */
function Permissions({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const session = useQuery({ queryKey: ['session'], queryFn: () => api.get<Session>('/session') });
  const own = session.data?.permissions ?? [];
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={500}>What it may do</Text>
        <Group gap={4}>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(own)}>Choose all</Button>
          <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>Choose none</Button>
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
        {areasOf(own).map((area) => (
          <Fieldset key={area.area} legend={area.label} p="xs" pt={4}>
            <Group gap="md">
              {area.permissions.map((p) => (
                <Checkbox key={p.word} label={p.verb} checked={value.includes(p.word)} onChange={(e) => onChange(e.currentTarget.checked ? [...value, p.word] : value.filter((v) => v !== p.word))} />
              ))}
            </Group>
          </Fieldset>
        ))}
      </SimpleGrid>
    </div>
  );
}

function ShownOnce({ token, onDone }: { token: string; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="orange" title="Copy it now">It is shown this once. Signalbox keeps no copy; a lost one is revoked and made anew.</Alert>
      <Group align="flex-end" wrap="nowrap">
        <TextInput label="Token" value={token} readOnly flex={1} styles={{ input: { fontFamily: 'monospace' } }} onFocus={(e) => e.currentTarget.select()} data-autofocus />
        <CopyButton value={token}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
      </Group>
      <Text size="sm" c="dimmed">Programs send it as <Text span ff="monospace" size="sm">authorization: Bearer sbx_…</Text></Text>
      <Group justify="flex-end"><Button onClick={onDone}>Done</Button></Group>
    </Stack>
  );
}
