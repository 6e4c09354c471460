"""The worker of one job: leases it, computes, reports. Talks to nothing but the gateway and the object store."""
