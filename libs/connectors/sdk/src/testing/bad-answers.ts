import type { ConnectorSession } from '../connector.ts';
import { errorOf } from './suite-context.ts';

/** What is troubled, the fault that troubles it, and the error that a person is to see. */
export type BadAnswer<F> = [what: string, fault: F, expected: { kind: string; code: string; remedy: RegExp }];

export interface BadAnswerStage<F> {
  /** First part of error codes. */
  code: string;
  connect(): ConnectorSession;
  /** As errors name it. */
  host(): string;
  trouble(fault: F): void;
}

/** The bad answers that every provider can give besides its own: web pages, a cut line, half an answer. */
const sharedBadAnswers = (code: string) => [
  ['a web page in maintenance', { kind: 'html', status: 503 }, { kind: 'Retryable', code: `${code}.web_page`, remedy: /maintenance/ }],
  ['nothing: the line is cut', { kind: 'connection-reset' }, { kind: 'Retryable', code: `${code}.no_answer`, remedy: /network in between/ }],
  ['half an answer', { kind: 'truncated-answer' }, { kind: 'Retryable', code: `${code}.no_answer`, remedy: /network in between/ }],
] as const;

/** Troubles that every sandbox gives under the same names. */
const asFault = <F>(fault: { kind: string; times?: number; retryAfterSeconds?: number }): F => fault as unknown as F;

/** Each bad answer becomes an error of the right kind that names the place and the remedy; short troubles are sat out, and waits that are asked for are kept. */
export function itExplainsBadAnswers<F>(stage: BadAnswerStage<F>, own: readonly BadAnswer<F>[]): void {
  it.each([...own, ...(sharedBadAnswers(stage.code) as unknown as readonly BadAnswer<F>[])])('%s', async (_what, fault, { kind, code, remedy }) => {
    stage.trouble(fault);
    const error = await errorOf(stage.connect().test());
    expect(error).toMatchObject({ kind, code });
    expect(error.publicMessage).toContain(stage.host());
    expect(error.publicMessage).toMatch(remedy);
  });

  it('a wait that the CRM asks for is kept', async () => {
    stage.trouble(asFault({ kind: 'rate-limited', retryAfterSeconds: 40 }));
    expect((await errorOf(stage.connect().test())).afterMs).toBe(40_000);
  });

  it('short trouble is sat out', async () => {
    stage.trouble(asFault({ kind: 'server-error', times: 2 }));
    expect(await stage.connect().test()).toMatchObject({ account: expect.stringMatching(/./), user: expect.stringMatching(/./), apiVersion: expect.stringMatching(/\d/) });
  });
}
