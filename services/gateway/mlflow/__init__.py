"""Owns MLflow's REST: what an unmodified MLflow 3 client sends, translated to calls of the experiments service.

Does not keep anything, and does not decide who may do what: the permission table and the services do.
"""
