import { Text, Tooltip } from '@mantine/core';
import { HERE } from './time-zones.ts';

const STYLE: Intl.DateTimeFormatOptions = { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' };

/** A moment as the clocks of another zone show it, with the reader's own clock on hover; `bare` where the zone is named elsewhere. */
export function ZonedTime({ at, zone, bare = false }: { at: string; zone: string; bare?: boolean }) {
  const date = new Date(at);
  return (
    <Tooltip label={`${date.toLocaleString(undefined, { ...STYLE, timeZone: HERE })} ${HERE}`}>
      <Text span size="sm">{date.toLocaleString(undefined, { ...STYLE, timeZone: zone })}{bare ? null : <Text span size="sm" c="dimmed"> {zone}</Text>}</Text>
    </Tooltip>
  );
}

/** A day of the calendar, "2026-11-22", wherever it is. */
export function DayText({ date }: { date: string }) {
  return <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>{new Date(`${date}T00:00:00Z`).toLocaleDateString(undefined, { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' })}</Text>;
}
