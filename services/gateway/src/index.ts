export { gatewaySettings, type GatewayConfig } from './gateway.config.ts';
export { migrateGateway, startGateway } from './start.ts';
