import { parentPort, type MessagePort } from 'node:worker_threads';
import { FileEngine, type FileDecision, type Row, type Subject } from './engine.ts';
import { PackedIndex, type PackedIndexData } from './packed-index.ts';
import { PartBuilder, type PackedPart } from './packed-part.ts';

/** What a worker is asked, one thing after the other. */
export type WorkerRequest =
  | { ask: 'accounts'; rows: Row[] }
  | { ask: 'part' }
  | { ask: 'index'; data: PackedIndexData; subject: Subject }
  | { ask: 'decide'; rows: Row[] }
  | { ask: 'duplicates'; from: number; to: number };

/** Two accounts that may be one company. */
export interface Pair {
  a: number;
  b: number;
  score: number;
  /** What the two have in common, in words. */
  common: string;
}

export type WorkerAnswer = PackedPart | FileDecision[] | Pair[] | undefined;

class Worker {
  private readonly builder = new PartBuilder();
  private engine: FileEngine | undefined;

  answer(request: WorkerRequest): WorkerAnswer {
    switch (request.ask) {
      case 'accounts':
        for (const [id = '', name = '', website = '', country = ''] of request.rows) this.builder.add(id, { name, website, country });
        return undefined;
      case 'part':
        return this.builder.finish();
      case 'index':
        this.engine = new FileEngine(new PackedIndex(request.data), request.subject);
        return undefined;
      case 'decide':
        return request.rows.map((row) => (this.engine as FileEngine).decide(row));
      case 'duplicates':
        return this.duplicates(request.from, request.to);
    }
  }

  private duplicates(from: number, to: number): Pair[] {
    const pairs: Pair[] = [];
    for (let a = from; a < to; a += 1) for (const { owner, ...rest } of (this.engine as FileEngine).duplicatesOf(a)) pairs.push({ a, b: owner, ...rest });
    return pairs;
  }
}

const worker = new Worker();
(parentPort as MessagePort).on('message', (request: WorkerRequest) => (parentPort as MessagePort).postMessage(worker.answer(request)));
