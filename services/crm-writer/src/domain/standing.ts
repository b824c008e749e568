/** The fields of an object that tell records of one company apart, by their API names. */
interface StandingNames {
  createdAt?: string;
  lastActivityAt?: string;
  owner?: string;
}

/** What is known of a record besides which company it is. */
export interface RecordStanding {
  createdAt?: Date;
  lastActivityAt?: Date;
  ownerId?: string;
}

/** Salesforce writes +0000 where ISO 8601 wants a colon. What is no time is not known. */
export function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function standingOf(fields: Readonly<Record<string, string>>, names: StandingNames): RecordStanding {
  const value = (name: string | undefined): string | undefined => (name === undefined ? undefined : fields[name]);
  return { createdAt: timeOf(value(names.createdAt)), lastActivityAt: timeOf(value(names.lastActivityAt)), ownerId: value(names.owner) ?? '' };
}
