import { keyHash } from '../domain/blocking-keys.ts';

/**
 * Which ids a file has had: 53 bits of each, so that a million take 16 MB. Two of a million ids are mistaken for each other
 * once in 18,000 files.
 */
export class KnownIds {
  private table = new Float64Array(1 << 12);
  private size = 0;

  /** @returns false when the id was there already */
  add(id: string): boolean {
    if (this.size * 2 >= this.table.length) this.grow();
    if (!this.put(keyHash('name', id) + 1)) return false;
    this.size += 1;
    return true;
  }

  private put(mark: number): boolean {
    const mask = this.table.length - 1;
    let at = mark & mask;
    while (this.table[at] !== 0) {
      if (this.table[at] === mark) return false;
      at = (at + 1) & mask;
    }
    this.table[at] = mark;
    return true;
  }

  private grow(): void {
    const marks = this.table;
    this.table = new Float64Array(marks.length * 2);
    for (const mark of marks) if (mark !== 0) this.put(mark);
  }
}
