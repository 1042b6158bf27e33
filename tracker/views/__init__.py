"""The pages, one blueprint a noun; each module offers its blueprint as `bp`."""
