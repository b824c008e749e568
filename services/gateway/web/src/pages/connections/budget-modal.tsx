import { Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Connection } from '../../api/types.ts';
import { GuardedButtons } from '../../design/guarded-buttons.tsx';
import { useGuardedChange } from '../../design/use-guarded-change.ts';

interface Props {
  connection: Connection;
  opened: boolean;
  onClose: () => void;
}

export const RESERVE = 'api_reserve_percent';
export const DEFAULT_RESERVE = 5;
const reserveOf = (c: Connection) => Number(c.settings[RESERVE] || DEFAULT_RESERVE);

/** How many calls a day Signalbox may make, and what share of the CRM's own allowance it leaves to others. */
export function BudgetModal(props: Props) {
  return <Modal opened={props.opened} onClose={props.onClose} title="API budget">{props.opened ? <BudgetForm {...props} /> : null}</Modal>;
}

function BudgetForm({ connection, onClose }: Props) {
  const [daily, setDaily] = useState<string | number>(connection.dailyCalls);
  const [reserve, setReserve] = useState<string | number>(reserveOf(connection));
  const onReloaded = (newest: Connection) => {
    setDaily(newest.dailyCalls);
    setReserve(reserveOf(newest));
  };
  const change = useGuardedChange({ path: `/connections/${connection.id}`, present: connection, onSaved: onClose, onReloaded });
  const save = () => {
    const settings = Number(reserve) === reserveOf(change.opened) ? {} : { settings: { ...change.opened.settings, [RESERVE]: String(reserve) } };
    change.save.mutate({ dailyCalls: Number(daily), ...settings });
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); save(); }}>
      <Stack>
        <NumberInput label="Most API calls a day" description="0: as many as the CRM allows. When they are made, work waits for the next day and goes on by itself." min={0} max={1_000_000_000} allowDecimal={false} thousandSeparator="," value={daily} onChange={setDaily} data-autofocus />
        <NumberInput label="Left to other systems (%)" description="Share of what the CRM itself allows that Signalbox never touches." min={0} max={90} value={reserve} onChange={setReserve} />
        <Text size="xs" c="dimmed">Of the calls a day, 20% are kept for writing and 5% for reading, so that neither stops the other.</Text>
        <GuardedButtons change={change} disabled={daily === '' || reserve === ''} onClose={onClose} />
      </Stack>
    </form>
  );
}
