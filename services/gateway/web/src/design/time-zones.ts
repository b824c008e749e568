/** The zone of the reader. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

// A browser's list of zones has neither UTC nor every name that it reports for itself.
export const ZONES = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', HERE])].sort();
