import { Button, Card, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Connection } from '../../api/types.ts';
import { CountsBar } from '../../design/counts-bar.tsx';
import { NumberText } from '../../design/number-text.tsx';
import { When } from '../../design/when.tsx';
import { BudgetModal, DEFAULT_RESERVE, RESERVE } from './budget-modal.tsx';

/** The calls of the day: ours beside what people allow, and what the CRM itself counts, of all systems together. */
export function BudgetCard({ connection: c }: { connection: Connection }) {
  const [opened, { open, close }] = useDisclosure(false);
  const { used, usedReading, endsAt } = c.budget;
  const allowed = c.apiCallsAllowed ?? 0;
  const left = Math.max(0, c.dailyCalls - used);
  const ours = [
    { label: 'writing', value: used - usedReading, color: 'teal.6' }, { label: 'reading', value: usedReading, color: 'blue.5' },
    ...(c.dailyCalls > 0 ? [{ label: 'left of the budget', value: left, color: 'gray.3' }] : []),
  ];
  const theirs = [{ label: 'used by all systems', value: c.apiCallsUsed ?? 0, color: 'grape.5' }, { label: 'left', value: Math.max(0, allowed - (c.apiCallsUsed ?? 0)), color: 'gray.3' }];
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>API calls of the day</Text>
        <Button size="xs" variant="default" onClick={open}>Change budget</Button>
      </Group>
      <Text size="sm" mb={6}>By Signalbox: <NumberText value={used} fw={600} /> {c.dailyCalls > 0 ? <>of <NumberText value={c.dailyCalls} /> a day</> : 'and no budget set'}{endsAt ? <> · {c.provider === 'salesforce' ? 'the oldest cease to count at' : 'the day ends at'} <When at={endsAt} /></> : null}</Text>
      <CountsBar parts={ours} total={Math.max(c.dailyCalls, used)} />
      {allowed > 0 ? (
        <>
          <Text size="sm" mt="md" mb={6}>As the CRM counts: <NumberText value={c.apiCallsUsed} fw={600} /> of <NumberText value={allowed} />, of which {c.settings[RESERVE] || DEFAULT_RESERVE}% are left to other systems</Text>
          <CountsBar parts={theirs} total={allowed} />
        </>
      ) : null}
      <BudgetModal connection={c} opened={opened} onClose={close} />
    </Card>
  );
}
