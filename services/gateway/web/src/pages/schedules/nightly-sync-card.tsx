import { Button, Card, Group, Loader, Select, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { NightlySync } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { ZONES } from '../../design/time-zones.ts';
import { useNightlySync } from './use-schedules.ts';

/** The time of day at which scheduled runs of the workspace happen (ORC-2). */
export function NightlySyncCard() {
  const sync = useNightlySync();
  return (
    <Card component="section" aria-labelledby="nightly-sync">
      <Title order={2} id="nightly-sync" mb={4}>Nightly sync</Title>
      <Text size="sm" c="dimmed" mb="sm">Scheduled runs begin once per local day at this time. Where clocks change, a time that is left out comes right after the gap, and one that comes twice counts once.</Text>
      <ProblemNote error={sync.error} />
      {sync.isLoading ? <Loader size="sm" aria-label="Loading the nightly sync" /> : null}
      {sync.data ? <NightlySyncForm key={`${sync.data.timeOfDay} ${sync.data.timeZone}`} sync={sync.data} /> : null}
    </Card>
  );
}

function NightlySyncForm({ sync }: { sync: NightlySync }) {
  const queries = useQueryClient();
  const form = useForm<NightlySync>({ initialValues: { timeOfDay: sync.timeOfDay, timeZone: sync.timeZone } });
  const save = useMutation({
    mutationFn: (values: NightlySync) => api.put<NightlySync>('/nightly-sync', values),
    onSuccess: async (saved) => {
      notifications.show({ message: `Scheduled runs happen at ${saved.timeOfDay}, ${saved.timeZone}.`, color: 'teal' });
      queries.setQueryData(['nightly-sync'], saved);
      await Promise.all(['schedules', 'occurrences'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  const zones = ZONES.includes(sync.timeZone) ? ZONES : [sync.timeZone, ...ZONES];
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Group align="flex-end">
        <TextInput label="Time of day" type="time" required w={160} {...form.getInputProps('timeOfDay')} />
        <Select label="Time zone" data={zones} searchable required allowDeselect={false} nothingFoundMessage="No time zone of this name" w={280} {...form.getInputProps('timeZone')} />
        <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>Save</Button>
      </Group>
      {form.isDirty() ? <Text size="sm" mt="xs">If today’s runs are still to come and the new time has passed already, they begin as soon as you save.</Text> : null}
      <ProblemNote error={save.error} />
    </form>
  );
}
