export default {
  systems: {
    staging: {
      is: "one HAPI on one PostgreSQL, started by docker",
      fhir: { base: "http://127.0.0.1:18080/fhir" },
      targets: {
        database: { is: "database", find: { container: "own-pg" } },
        server: { is: "server", find: { container: "own-hapi" } },
      },
    },
  },
};
