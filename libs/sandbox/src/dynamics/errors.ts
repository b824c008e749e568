/** Refuses a request as Dataverse does: `{"error":{"code":"0x…","message":"…"}}` with an HTTP status. */
export class DvError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  get body(): unknown {
    return { error: { code: this.code, message: this.message } };
  }
}

const HELP = 'For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ';

/** What a payload does wrong, in the words of the OData layer. */
export const payloadError = (entitySet: string, message: string): DvError =>
  new DvError(400, '0x80048d19', `Error identified in Payload provided by the user for Entity :'${entitySet}', ${HELP}${message}`);
export const badUrl = (message: string): DvError => new DvError(400, '0x80060888', message);
export const noSegment = (segment: string): DvError => new DvError(404, '0x8006088a', `Resource not found for the segment '${segment}'.`);
export const noProperty = (name: string, entity: string): DvError => badUrl(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${entity}'.`);
export const missingRow = (schemaName: string, id: string): DvError => new DvError(404, '0x80040217', `Entity '${schemaName}' With Id = ${id} Does Not Exist`);
export const versionMismatch = (): DvError => new DvError(412, '0x80060882', "The version of the existing record doesn't match the RowVersion property provided.");
export const alreadyThere = (): DvError => new DvError(412, '0x80040237', 'A record with matching key values already exists.');
export const notHere = (what: string): DvError => new DvError(501, '0x80060888', `${what} is not part of this sandbox. See libs/sandbox/README.md.`);
