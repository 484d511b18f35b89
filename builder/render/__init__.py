"""The view and the engines that turn it into files, one door each."""
