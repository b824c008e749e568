import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerRequest } from './match-worker.ts';

interface Thread {
  worker: Worker;
  /** Why it ended; nothing more can be asked of it. */
  ended?: Error;
  waiting: { resolve: (answer: WorkerAnswer) => void; reject: (error: Error) => void }[];
}

/** Threads that answer in the order in which they are asked. */
export class WorkerPool {
  private readonly threads: Thread[];

  constructor(size: number) {
    this.threads = Array.from({ length: size }, () => this.start());
  }

  get size(): number {
    return this.threads.length;
  }

  ask<T extends WorkerAnswer>(thread: number, request: WorkerRequest): Promise<T> {
    const { worker, waiting, ended } = this.threads[thread] as Thread;
    if (ended) return Promise.reject(ended);
    return new Promise<T>((resolve, reject) => {
      waiting.push({ resolve: resolve as (answer: WorkerAnswer) => void, reject });
      worker.postMessage(request);
    });
  }

  askAll<T extends WorkerAnswer>(request: WorkerRequest): Promise<T[]> {
    return Promise.all(this.threads.map((_, at) => this.ask<T>(at, request)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }

  private start(): Thread {
    // The same file built or as source, whichever this one is.
    const worker = new Worker(new URL(`./match-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
    const thread: Thread = { worker, waiting: [] };
    worker.on('message', (answer: WorkerAnswer) => thread.waiting.shift()?.resolve(answer));
    const end = (error: Error): void => {
      thread.ended ??= error;
      for (const { reject } of thread.waiting.splice(0)) reject(error);
    };
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`A thread that compares companies ended (${code}).`)));
    return thread;
  }
}
