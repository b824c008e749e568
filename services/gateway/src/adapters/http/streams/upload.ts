import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';
import { invalid } from '@signalbox/kernel';

/** Bytes in one message to the service. */
const CHUNK_BYTES = 64 << 10;

/** A file on its way in. */
export interface Upload {
  fileName: string;
  /** 0 when it is not known. */
  sizeBytes: number;
  /** Its bytes as they come; the next are read when the last were taken. */
  chunks(): AsyncGenerator<Buffer>;
  /** Reads what is left, and gives the SHA-256 of all of it. */
  hashAll(): Promise<string>;
}

const noFile = () => invalid('gateway.upload.no_file', 'The form holds no file. Send the CSV as a file field of the form, or as the body itself with content-type text/csv.', { field: 'file' });

function upload(source: Readable, fileName: string, sizeBytes: number): Upload {
  const hash = createHash('sha256').update(fileName).update('\0');
  async function* chunks() {
    // Left open when the reader stops early, so that the rest can still be read to its end.
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield chunk.subarray(at, at + CHUNK_BYTES);
    }
  }
  return {
    fileName, sizeBytes, chunks,
    async hashAll() {
      for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) hash.update(chunk);
      return hash.digest('hex');
    },
  };
}

/** The file name of `content-disposition: attachment; filename="x.csv"`, RFC 8187's filename* first. */
function nameInDisposition(header: string | undefined): string | undefined {
  const extended = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header ?? '')?.[1];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended);
    } catch {
      return undefined;
    }
  }
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(header ?? '');
  return plain?.[1] ?? plain?.[2];
}

function fromForm(request: Request): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const broken = (cause: unknown) => invalid('gateway.upload.form_broken', 'The form cannot be read: it is not whole, or its boundary is not the one in content-type.', { cause });
    let form: busboy.Busboy;
    try {
      form = busboy({ headers: request.headers, limits: { files: 1, fields: 20, fieldSize: 64 << 10 }, defParamCharset: 'utf8' });
    } catch (cause) {
      reject(broken(cause));
      return;
    }
    let file: PassThrough | undefined;
    form.on('file', (_field, stream, info) => {
      file = stream.pipe(new PassThrough());
      stream.on('error', (error: unknown) => file!.destroy(broken(error)));
      resolve(upload(file, info.filename ?? 'upload.csv', 0));
    });
    form.on('close', () => reject(noFile()));
    form.on('error', (error) => {
      file?.destroy(broken(error));
      reject(broken(error));
    });
    request.on('aborted', () => file?.destroy(broken(new Error('the sender has gone'))));
    request.pipe(form);
  });
}

/** The file in a request: its body, or the first file of its form. @throws Invalid `gateway.upload.*` */
export async function openUpload(request: Request): Promise<Upload> {
  const type = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data/i.test(type)) return fromForm(request);
  if (!/^(text\/csv|text\/plain|application\/octet-stream|application\/csv|application\/vnd\.ms-excel)\b/i.test(type)) {
    throw invalid('gateway.body.media_type', 'Send the file as text/csv, or as multipart/form-data.', { field: 'content-type' });
  }
  const given = typeof request.query['fileName'] === 'string' ? request.query['fileName'] : nameInDisposition(request.headers['content-disposition']);
  return upload(request, (given || 'upload.csv').slice(0, 500), Number(request.headers['content-length'] ?? 0));
}
