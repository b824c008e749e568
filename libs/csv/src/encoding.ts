/** How the bytes of a file become text. */
export interface FileEncoding {
  name: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Bytes of the mark at the start, which are not text. */
  markBytes: number;
}

const startsWith = (bytes: Uint8Array, ...wanted: number[]) => wanted.every((byte, i) => bytes[i] === byte);

/** A header is plain letters and at least "name", so in UTF-16 every second byte of its first letters is 0. */
const PAIRS_LOOKED_AT = 4;

/**
 * The encoding, by the mark at the start of the file or, without one, by its first bytes.
 * @returns a text instead when this is no text file: what it seems to be, and what to do.
 */
export function detectEncoding(head: Uint8Array): FileEncoding | string {
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return { name: 'utf-8', markBytes: 3 };
  if (startsWith(head, 0xff, 0xfe, 0, 0) || startsWith(head, 0, 0, 0xfe, 0xff)) return 'The file is in UTF-32. Save it as CSV in UTF-8, then try it again.';
  if (startsWith(head, 0xff, 0xfe)) return { name: 'utf-16le', markBytes: 2 };
  if (startsWith(head, 0xfe, 0xff)) return { name: 'utf-16be', markBytes: 2 };
  if (startsWith(head, 0x50, 0x4b, 3, 4)) return 'The file is a ZIP file or an Excel workbook. Save it as CSV (UTF-8), then try it again.';
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return 'The file is an old Excel workbook. Save it as CSV (UTF-8), then try it again.';
  if (startsWith(head, 0x1f, 0x8b)) return 'The file is compressed (gzip). Unpack it, then try it again.';
  if (startsWith(head, 0x25, 0x50, 0x44, 0x46)) return 'The file is a PDF. Save the table as CSV (UTF-8), then try it again.';
  const pairs = Math.min(PAIRS_LOOKED_AT, Math.floor(head.length / 2));
  const zeroAt = (offset: number) => Array.from({ length: pairs }, (_, i) => head[2 * i + offset]).every((byte) => byte === 0);
  if (pairs >= 2 && zeroAt(1) && !zeroAt(0)) return { name: 'utf-16le', markBytes: 0 };
  if (pairs >= 2 && zeroAt(0) && !zeroAt(1)) return { name: 'utf-16be', markBytes: 0 };
  return { name: 'utf-8', markBytes: 0 };
}
