import { invalid } from '@signalbox/kernel';

export const LONGEST_NAME = 200;

/** A segment's name, trimmed. @throws Invalid `segments.segment.name` */
export function segmentName(given: string): string {
  const name = given.trim().replace(/\s+/gu, ' ');
  if (name.length >= 1 && name.length <= LONGEST_NAME && !name.includes('\0')) return name;
  const why = name === '' ? 'The segment has no name.' : name.includes('\0') ? 'The name contains a NUL character.' : `The name has ${name.length} characters.`;
  throw invalid('segments.segment.name', `${why} Give it a name of 1 to ${LONGEST_NAME} characters.`, { field: 'name' });
}
