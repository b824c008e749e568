/** Injection tokens of the gateway's own parts. */
export const GATEWAY_CONFIG = Symbol('GatewayConfig');
export const CLIENTS = Symbol('Clients');
export const PARKED_MESSAGES = Symbol('ParkedMessages');
