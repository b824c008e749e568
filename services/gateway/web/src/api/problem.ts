/** An RFC 9457 answer of the API, as something to show: what is wrong, where, and what to do. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly problems: { field: string; message: string }[] = [],
  ) {
    super(detail);
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { code?: string; detail?: string; title?: string; field?: string; problems?: { field: string; message: string }[] };
    const problems = body.problems ?? (body.field ? [{ field: body.field, message: body.detail ?? '' }] : []);
    return new ApiProblem(response.status, body.code ?? 'unknown', body.detail ?? body.title ?? 'The request failed.', problems);
  } catch {
    return new ApiProblem(response.status, 'unreadable', `The server answered ${response.status} with something that is no API answer. Is Signalbox running?`);
  }
}
