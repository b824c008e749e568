import { capitalised } from '../orchestrations/schedule-text.ts';

/** Permissions are words such as `segments_read`: an area, and what may be done in it. */
export interface PermissionArea {
  area: string;
  label: string;
  permissions: { word: string; verb: string }[];
}

const LABELS: Record<string, string> = {
  segments: 'Companies and segments', matching: 'Matching', connections: 'CRM connections', orchestrations: 'Orchestrations', schedules: 'Schedules', workspace: 'Workspace', operations: 'Held-up messages',
};

/** Permissions by their areas, in the order given; one that is not known here keeps its own words. */
export function areasOf(words: readonly string[]): PermissionArea[] {
  const areas = new Map<string, PermissionArea>();
  for (const word of words) {
    const at = word.lastIndexOf('_');
    const area = word.slice(0, at);
    const known = areas.get(area) ?? { area, label: LABELS[area] ?? capitalised(area.replaceAll('_', ' ')), permissions: [] };
    areas.set(area, { ...known, permissions: [...known.permissions, { word, verb: word.slice(at + 1) }] });
  }
  return [...areas.values()];
}

/** All of `words` in one line: "Companies and segments: read, write". */
export const permissionsText = (words: readonly string[]): string => areasOf(words).map((a) => `${a.label}: ${a.permissions.map((p) => p.verb).join(', ')}`).join(' · ');
