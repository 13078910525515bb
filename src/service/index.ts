/**
 * Service: takes soft sensors and bundles, answers over HTTP. May import any earlier stage through its index.
 *
 * fastify and zod are loaded when a service is made, not when this module is.
 */
export { type Service, type ServiceOptions, type ServiceSources, serve, serviceDefaults } from "./serve.ts";
