import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Orchestration, Schedule } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { ZonedTime } from '../../design/zoned-time.tsx';
import { PageLink } from '../../shell/page-link.tsx';
import { Occurrences } from '../schedules/occurrences.tsx';
import { useNextDue, useNightlySync, useSetSchedule } from '../schedules/use-schedules.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { scheduleText } from './schedule-text.ts';
import { waitsForConfirmation } from './waits-for-confirmation.tsx';

const bare = ({ mode, weekday }: Schedule): Schedule => (mode === 'weekly' ? { mode, weekday: weekday ?? 'monday' } : { mode });
const same = (a: Schedule, b: Schedule) => a.mode === b.mode && (a.mode !== 'weekly' || a.weekday === b.weekday);

/** When it runs by itself: seen, set, paused; what is due next, and what came of the nights before. */
export function ScheduleTab({ orchestration }: { orchestration: Orchestration }) {
  const [paused, setPaused] = useState<Schedule>();
  const [chosen, setChosen] = useState<Schedule>();
  const set = useSetSchedule();
  const now = bare(orchestration.schedule);
  const shown = bare(chosen ?? now);
  const change = (schedule: Schedule, message: string, before?: Schedule) =>
    set.mutate({ orchestration, schedule }, {
      onSuccess: () => {
        setChosen(undefined);
        setPaused(before);
        notifications.show({ message, color: 'teal' });
      },
    });
  return (
    <Stack>
      <Next orchestration={orchestration} />
      <Card component="section" aria-label="Schedule">
        <ScheduleFields value={shown} onChange={setChosen} />
        <ProblemNote error={set.error} />
        <Group mt="md">
          <Button disabled={same(shown, now)} loading={set.isPending} onClick={() => change(shown, `Saved: ${scheduleText(shown)}.`)}>Save schedule</Button>
          {now.mode !== 'manual' ? <Button variant="default" disabled={set.isPending} onClick={() => change({ mode: 'manual' }, 'Paused: the next nightly sync does nothing.', now)}>Pause</Button> : null}
          {now.mode === 'manual' && paused ? <Button variant="default" disabled={set.isPending} onClick={() => change(paused, `Resumed: ${scheduleText(paused)}.`)}>Resume: {scheduleText(paused)}</Button> : null}
        </Group>
      </Card>
      <Card component="section" aria-labelledby="past-nights">
        <Title order={2} id="past-nights" mb="xs">Past nights</Title>
        <Occurrences subjectId={orchestration.id} />
      </Card>
    </Stack>
  );
}

function Next({ orchestration }: { orchestration: Orchestration }) {
  const { nextDueAt, error } = useNextDue(orchestration);
  const sync = useNightlySync();
  return (
    <Card component="section" aria-label="Next run">
      <Text size="xs" c="dimmed" mb={4}>Next run by itself</Text>
      <ProblemNote error={error ?? sync.error} />
      {nextDueAt ? <ZonedTime at={nextDueAt} zone={sync.data?.timeZone ?? 'UTC'} /> : <Text size="sm">{nextDueAt === null ? 'None: it runs only when someone presses “Run now”.' : 'being planned …'}</Text>}
      {waitsForConfirmation(orchestration) ? <Text size="sm" fw={500}>Waits: nothing happens then before somebody has confirmed the first run.</Text> : null}
      <Text size="sm" c="dimmed" mt={4}>The time of day is the workspace’s <PageLink to="/schedules" size="sm">nightly sync</PageLink>{sync.data ? `: ${sync.data.timeOfDay}, ${sync.data.timeZone}` : ''}.</Text>
    </Card>
  );
}
