import { detectEncoding, type FileEncoding } from './encoding.ts';

/** Why a line, or the record that it belongs to, cannot be taken. */
export interface LineProblem {
  code: string;
  message: string;
}

/** One line of the file, without its end. With a problem, `text` is only good for finding where records end. */
export interface Line {
  /** From 1. */
  number: number;
  text: string;
  problem?: LineProblem;
}

/** Longest line in bytes; what is longer is skipped to its end, so that no file needs more memory than this. */
export const LONGEST_LINE = 1 << 20;
const HEAD_BYTES = 4096;
const LF = 0x0a;
const CR = 0x0d;

const NUL: LineProblem = { code: 'csv.nul_byte', message: 'The line contains a NUL byte. Remove it and try the line again.' };
const TOO_LONG: LineProblem = { code: 'csv.line_too_long', message: `The line is longer than ${LONGEST_LINE} bytes. Split or shorten it and try it again.` };
const NOT_UTF8: LineProblem = {
  code: 'csv.encoding',
  message: 'The line is not valid UTF-8; it looks like Windows-1252 or Latin-1. Save the file as UTF-8 and try the line again.',
};
const NOT_UTF16: LineProblem = { code: 'csv.encoding', message: 'The line has characters that are broken in UTF-16. Save the file as UTF-8 and try the line again.' };

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Bytes in pieces of any size to lines of text: needs no more memory than one piece and one line. */
export class LineReader {
  private encoding: FileEncoding | undefined;
  private head: Uint8Array = new Uint8Array(0);
  /** The line that has begun and not ended: bytes in UTF-8, text in UTF-16. */
  private rest: Uint8Array = new Uint8Array(0);
  private restText = '';
  private skipping = false;
  private lineNumber = 0;
  private end: '\n' | '\r' = '\n';
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly lossy = new TextDecoder('utf-8', { ignoreBOM: true });
  private utf16: InstanceType<typeof TextDecoder> | undefined;

  /** @returns the lines that ended, or a text when the file cannot be read at all (only for the first bytes). */
  push(bytes: Uint8Array): Line[] | string {
    if (this.encoding) return this.take(bytes);
    this.head = joined(this.head, bytes);
    return this.head.length < HEAD_BYTES ? [] : this.begin();
  }

  /** The last line, when the file does not end with a line end. */
  finish(): Line[] | string {
    const begun = this.encoding ? [] : this.begin();
    if (typeof begun === 'string') return begun;
    if (this.skipping) return [...begun, this.skipped()];
    const last = this.encoding?.name === 'utf-8' ? this.fromUtf8(this.rest) : this.fromText(this.restText + (this.utf16?.decode() ?? ''));
    return [...begun, ...last.filter((line) => line.text !== '' || line.problem)];
  }

  private begin(): Line[] | string {
    const found = detectEncoding(this.head);
    if (typeof found === 'string') return found;
    this.encoding = found;
    if (found.name !== 'utf-8') this.utf16 = new TextDecoder(found.name, { ignoreBOM: true });
    const first = this.head.subarray(found.markBytes);
    this.head = new Uint8Array(0);
    // Old Macintosh files end their lines with CR alone.
    if (!first.includes(LF) && first.includes(CR)) this.end = '\r';
    return this.take(first);
  }

  private take(bytes: Uint8Array): Line[] {
    return this.utf16 ? this.takeText(this.utf16.decode(bytes, { stream: true })) : this.takeBytes(bytes);
  }

  private takeBytes(bytes: Uint8Array): Line[] {
    const lastEnd = bytes.lastIndexOf(this.end === '\n' ? LF : CR);
    const lines: Line[] = [];
    if (lastEnd >= 0) {
      let whole = bytes.subarray(0, lastEnd);
      if (this.skipping) {
        const firstEnd = bytes.indexOf(this.end === '\n' ? LF : CR);
        lines.push(this.skipped());
        if (firstEnd < lastEnd) lines.push(...this.fromUtf8(whole.subarray(firstEnd + 1)));
      } else {
        whole = joined(this.rest, whole);
        lines.push(...this.fromUtf8(whole));
      }
      this.rest = bytes.slice(lastEnd + 1);
    } else if (!this.skipping) this.rest = joined(this.rest, bytes);
    if (this.rest.length > LONGEST_LINE) this.skip();
    return lines;
  }

  private takeText(text: string): Line[] {
    const lastEnd = text.lastIndexOf(this.end);
    const lines: Line[] = [];
    if (lastEnd >= 0) {
      const whole = text.slice(0, lastEnd);
      if (this.skipping) {
        const firstEnd = text.indexOf(this.end);
        lines.push(this.skipped());
        if (firstEnd < lastEnd) lines.push(...this.fromText(whole.slice(firstEnd + 1)));
      } else lines.push(...this.fromText(this.restText + whole));
      this.restText = text.slice(lastEnd + 1);
    } else if (!this.skipping) this.restText += text;
    if (this.restText.length * 2 > LONGEST_LINE) this.skip();
    return lines;
  }

  private skip(): void {
    this.skipping = true;
    this.rest = new Uint8Array(0);
    this.restText = '';
  }

  private skipped(): Line {
    this.skipping = false;
    return { number: ++this.lineNumber, text: '', problem: TOO_LONG };
  }

  /** Whole lines; only when something in them is not UTF-8 are they decoded one by one. */
  private fromUtf8(bytes: Uint8Array): Line[] {
    try {
      return this.fromText(this.utf8.decode(bytes));
    } catch {
      return this.oneByOne(bytes);
    }
  }

  private oneByOne(bytes: Uint8Array): Line[] {
    const end = this.end === '\n' ? LF : CR;
    const lines: Line[] = [];
    for (let from = 0; from <= bytes.length;) {
      const at = bytes.indexOf(end, from);
      const to = at < 0 ? bytes.length : at;
      const piece = bytes.subarray(from, to);
      let problem: LineProblem | undefined;
      let text: string;
      try {
        text = this.utf8.decode(piece);
      } catch {
        text = this.lossy.decode(piece);
        problem = NOT_UTF8;
      }
      lines.push(this.line(text, problem));
      from = to + 1;
    }
    return lines;
  }

  private fromText(text: string): Line[] {
    return text.split(this.end).map((line) => this.line(line, this.utf16 && line.includes('\ufffd') ? NOT_UTF16 : undefined));
  }

  private line(text: string, problem?: LineProblem): Line {
    const number = ++this.lineNumber;
    const bare = this.end === '\n' && text.endsWith('\r') ? text.slice(0, -1) : text;
    const found = problem ?? (bare.length > LONGEST_LINE ? TOO_LONG : bare.includes('\0') ? NUL : undefined);
    return found ? { number, text: found === TOO_LONG ? '' : bare, problem: found } : { number, text: bare };
  }
}
