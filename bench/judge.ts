/** Everything about judging that is measured without a container: `npm run bench:judge`. The last part needs Go. */
console.log("Set checks on made-up runs\n");
await import("./set-checks.ts");
console.log("\nReading a ledger\n");
await import("./ledger.ts");
console.log("\nThe register check against Porcupine\n");
await import("./register-order.ts");
