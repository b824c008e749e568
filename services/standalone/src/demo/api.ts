import { fatal } from '@signalbox/kernel';

/** The product's own REST API, used as any client would use it. */
export class Api {
  constructor(
    readonly baseUrl: string,
    private token?: string,
  ) {}

  authenticated(token: string): Api {
    return new Api(this.baseUrl, token);
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  post<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.call<T>('POST', path, body === undefined ? undefined : JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  remove(path: string): Promise<void> {
    return this.call<void>('DELETE', path);
  }

  /** Sends a file as it is, without holding it in memory. */
  upload<T>(path: string, stream: ReadableStream, contentType: string): Promise<T> {
    return this.call<T>('POST', path, stream, { 'content-type': contentType });
  }

  /** The answer as it comes, for downloads. */
  raw(path: string): Promise<Response> {
    return fetch(`${this.baseUrl}/api/v1${path}`, { headers: this.token ? { authorization: `Bearer ${this.token}` } : {} });
  }

  private async call<T>(method: string, path: string, body?: string | ReadableStream, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${this.baseUrl}/api/v1${path}`, {
      method, body, duplex: body instanceof ReadableStream ? 'half' : undefined,
      headers: { ...headers, ...(this.token ? { authorization: `Bearer ${this.token}` } : {}) },
    } as RequestInit);
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw fatal('demo.api', `${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
  }
}
