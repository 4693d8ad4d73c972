package org.fhirdrill.hapi;

import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.narrative2.NullNarrativeGenerator;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** How resources are served: FHIR's REST interface under {@code /fhir}. */
@Configuration(proxyBeanMethods = false)
class Rest {

	@Bean
	RestfulServer restfulServer(
			FhirContext fhir,
			Settings settings,
			ResourceProviderFactory resourceProviders,
			IJpaSystemProvider systemProvider,
			IFhirSystemDao<?, ?> systemDao,
			JpaStorageSettings storage,
			ISearchParamRegistry searchParameters,
			IValidationSupport validation,
			DatabaseBackedPagingProvider paging,
			ObjectProvider<BulkDataExportProvider> bulkExport) {
		fhir.setNarrativeGenerator(new NullNarrativeGenerator());

		var server = new RestfulServer(fhir);
		server.registerProviders(resourceProviders.createProviders());
		server.registerProvider(systemProvider);
		if (settings.bulkExportEnabled()) {
			server.registerProvider(bulkExport.getObject());
		}
		server.setServerConformanceProvider(
			new JpaCapabilityStatementProvider(server, systemDao, storage, searchParameters, validation));

		paging.setDefaultPageSize(settings.defaultPageSize());
		paging.setMaximumPageSize(settings.maxPageSize());
		server.setPagingProvider(paging);

		server.setDefaultResponseEncoding(EncodingEnum.JSON);
		server.setDefaultPrettyPrint(settings.defaultPrettyPrint());
		if (StringUtils.hasText(settings.serverAddress())) {
			server.setServerAddressStrategy(new HardcodedServerAddressStrategy(settings.serverAddress()));
		}
		return server;
	}

	/** Loaded at start: the first request must not wait, and a ready server must be able to serve. */
	@Bean
	ServletRegistrationBean<RestfulServer> fhirServlet(RestfulServer server) {
		var servlet = new ServletRegistrationBean<>(server, "/fhir/*");
		servlet.setLoadOnStartup(1);
		return servlet;
	}
}
