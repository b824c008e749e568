import { orchestrations } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Schedule } from '../domain/occurrences.ts';

const { ScheduleMode, Weekday } = orchestrations;
const WEEKDAYS = [Weekday.UNSPECIFIED, Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY, Weekday.SATURDAY, Weekday.SUNDAY];

/** No schedule, or none that is known, is manual: nothing runs that nobody asked for. @throws Invalid `scheduler.schedule.weekday` */
export function readSchedule(message: orchestrations.Schedule | undefined): Schedule {
  if (message?.mode === ScheduleMode.DAILY) return { mode: 'daily', weekday: 0 };
  if (message?.mode !== ScheduleMode.WEEKLY) return { mode: 'manual', weekday: 0 };
  const weekday = WEEKDAYS.indexOf(message.weekday);
  if (weekday < 1) throw invalid('scheduler.schedule.weekday', 'A weekly schedule needs a weekday.', { field: 'schedule.weekday' });
  return { mode: 'weekly', weekday };
}

export function scheduleMessage({ mode, weekday }: Schedule): orchestrations.Schedule {
  const modes = { manual: ScheduleMode.MANUAL, daily: ScheduleMode.DAILY, weekly: ScheduleMode.WEEKLY };
  return { mode: modes[mode], weekday: WEEKDAYS[weekday] ?? Weekday.UNSPECIFIED };
}
