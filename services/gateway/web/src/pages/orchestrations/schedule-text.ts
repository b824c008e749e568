import type { Schedule } from '../../api/types.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** A schedule in words. */
export function scheduleText(schedule: Schedule | undefined): string {
  if (schedule?.mode === 'daily') return 'Daily, in the nightly sync';
  if (schedule?.mode === 'weekly') return `Weekly on ${capitalised(schedule.weekday ?? '')}, in the nightly sync`;
  return 'Manual';
}
