import { parentPort, type MessagePort } from 'node:worker_threads';
import { judgedPairs, type FoundPair } from '../domain/duplicate-pairs.ts';
import { clustersOfPairs } from '../domain/pair-clusters.ts';
import type { Row, Subject } from './columns.ts';
import { csvText } from './csv-text.ts';
import { FileEngine } from './engine.ts';
import { PackedIndex, joinParts, type PackedIndexData } from './packed-index.ts';
import { PartBuilder, type PackedPart } from './packed-part.ts';

/** What a worker is asked, one thing after the other. */
export type WorkerRequest =
  | { ask: 'begin'; fileBytes: number }
  | { ask: 'accounts'; rows: Row[] }
  | { ask: 'part' }
  | { ask: 'join'; parts: PackedPart[] }
  | { ask: 'index'; data: PackedIndexData; subject: Subject }
  | { ask: 'decide'; rows: Row[] }
  | { ask: 'duplicates'; from: number; to: number }
  | { ask: 'clusters'; pairs: FoundPair[] };

/** Decisions about rows, in their order, as lines of the file. */
export interface DecidedRows {
  text: string;
  match: number;
  new: number;
  review: number;
}

/** Clusters of duplicates, as lines of the file. */
export interface FoundClusters {
  text: string;
  clusters: number;
  duplicates: number;
}

export type WorkerAnswer = PackedPart | PackedIndexData | DecidedRows | FoundPair[] | FoundClusters | undefined;

const rounded = (score: number): string => score.toFixed(4);

class Worker {
  private builder: PartBuilder | undefined;
  private index: PackedIndex | undefined;
  private engine: FileEngine | undefined;

  answer(request: WorkerRequest): WorkerAnswer {
    switch (request.ask) {
      case 'begin':
        this.builder = new PartBuilder(request.fileBytes);
        return undefined;
      case 'accounts':
        for (const [id = '', name = '', website = '', country = ''] of request.rows) this.builder?.add(id, { name, website, country });
        return undefined;
      case 'part':
        return this.part();
      case 'join':
        return joinParts(request.parts);
      case 'index':
        this.index = new PackedIndex(request.data);
        this.engine = new FileEngine(this.index, request.subject);
        return undefined;
      case 'decide':
        return this.decide(request.rows);
      case 'duplicates':
        return this.duplicates(request.from, request.to);
      case 'clusters':
        return this.clusters(request.pairs);
    }
  }

  /** Gives what was built away, so that its memory can go once it is joined. */
  private part(): PackedPart | undefined {
    const part = this.builder?.finish();
    this.builder = undefined;
    return part;
  }

  private decide(rows: readonly Row[]): DecidedRows {
    const counts = { match: 0, new: 0, review: 0 };
    const lines = rows.map((row) => {
      const d = (this.engine as FileEngine).decide(row);
      counts[d.decision] += 1;
      return [d.id, d.accountId, d.decision, rounded(d.score), d.rule, d.reason];
    });
    return { text: csvText(lines), ...counts };
  }

  private duplicates(from: number, to: number): FoundPair[] {
    const pairs: FoundPair[] = [];
    for (let a = from; a < to; a += 1) for (const { owner, ...rest } of (this.engine as FileEngine).duplicatesOf(a)) pairs.push({ a, b: owner, ...rest });
    return pairs;
  }

  private clusters(pairs: readonly FoundPair[]): FoundClusters {
    const clusters = clustersOfPairs(judgedPairs(pairs, (this.index as PackedIndex).accounts), (owner) => {
      const { accountId, profile } = (this.index as PackedIndex).account(owner);
      return { id: accountId, country: profile.countryCode };
    });
    const lines = clusters.flatMap(({ keep, others }) => others.map((o) => [o.id, keep, rounded(o.score), `${o.with}: ${o.common}.`]));
    return { text: csvText(lines), clusters: clusters.length, duplicates: lines.length };
  }
}

const worker = new Worker();
(parentPort as MessagePort).on('message', (request: WorkerRequest) => (parentPort as MessagePort).postMessage(worker.answer(request)));
