"""Faults while an issue is published: processes killed, disks that fail, power that goes, connections that break, races."""
