package org.fhirdrill.hapi;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.IdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.StoreMetaSourceInformationEnum;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * The settings under {@code hapi.fhir}, with the names and the defaults of the published server. Names may be
 * written {@code hapi.fhir.server_id_strategy} or {@code HAPI_FHIR_SERVER_ID_STRATEGY}.
 */
@ConfigurationProperties("hapi.fhir")
record Settings(
	// Identity
	@DefaultValue("ALPHANUMERIC") ClientIdStrategyEnum clientIdStrategy,
	IdStrategyEnum serverIdStrategy,
	String serverAddress,

	// What a write does
	@DefaultValue("true") boolean enforceReferentialIntegrityOnWrite,
	@DefaultValue("true") boolean enforceReferentialIntegrityOnDelete,
	@DefaultValue("false") boolean autoCreatePlaceholderReferenceTargets,
	@DefaultValue("false") boolean allowExternalReferences,
	@DefaultValue("false") boolean allowMultipleDelete,
	@DefaultValue("true") boolean expungeEnabled,
	@DefaultValue("false") boolean deleteExpungeEnabled,
	@DefaultValue("NONE") StoreMetaSourceInformationEnum storeMetaSourceInformation,
	@DefaultValue("false") boolean massIngestionModeEnabled,

	// What a search does
	@DefaultValue("true") boolean allowContainsSearches,
	@DefaultValue("true") boolean filterSearchEnabled,
	@DefaultValue("60000") long reuseCachedSearchResultsMillis,
	@DefaultValue("60") long retainCachedSearchesMins,
	@DefaultValue({"13", "503", "2003", "-1"}) List<Integer> searchPrefetchThresholds,
	@DefaultValue("20") int defaultPageSize,
	@DefaultValue("2147483647") int maxPageSize,
	@DefaultValue("true") boolean defaultPrettyPrint,

	// What runs in the background
	@DefaultValue("true") boolean daoSchedulingEnabled,
	@DefaultValue("false") boolean bulkExportEnabled,
	@DefaultValue("true") boolean preExpandValueSets,
	@DefaultValue("true") boolean enableTaskPreExpandValueSets,
	@DefaultValue Subscription subscription) {

	record Subscription(@DefaultValue("false") boolean resthookEnabled) {}

	/** Ids of digits alone, once clients may choose them, would collide with the server's own numbers. */
	IdStrategyEnum effectiveServerIdStrategy() {
		if (serverIdStrategy != null) {
			return serverIdStrategy;
		}
		return clientIdStrategy == ClientIdStrategyEnum.ANY ? IdStrategyEnum.UUID : IdStrategyEnum.SEQUENTIAL_NUMERIC;
	}
}
