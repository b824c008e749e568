/** By which names are the same, whatever their case. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();
