"""The archive: one BagIt bag for every act, written in one stroke, read back by hash."""
