"""Rules and queries; they know no request and never commit."""
